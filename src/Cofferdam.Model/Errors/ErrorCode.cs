namespace Cofferdam.Model;

/// <summary>Stable numbers of errors, in ranges: 1 general, 2 Dockerfile, 3 build, 4 registry, 5 storage, 6 daemon and API.</summary>
public enum ErrorCode
{
    /// <summary>Something is given in a form that is not understood.</summary>
    InvalidInput = 1001,

    /// <summary>Something that was named does not exist.</summary>
    NotFound = 1002,

    /// <summary>Something that must not exist does, or is in use.</summary>
    Conflict = 1003,

    /// <summary>Not supported yet, or not on this machine.</summary>
    Unsupported = 1004,

    /// <summary>The work was stopped before its end.</summary>
    Canceled = 1005,

    /// <summary>The operating system refused a call.</summary>
    System = 1006,

    /// <summary>A Dockerfile does not parse.</summary>
    DockerfileSyntax = 2001,

    /// <summary>A Dockerfile parses, and asks for something that cannot be.</summary>
    DockerfileMeaning = 2002,

    /// <summary>A step's process ended with a non-zero exit code.</summary>
    ExecFailed = 3001,

    /// <summary>A secret that a step requires was not given.</summary>
    SecretMissing = 3002,

    /// <summary>A build asked for an entitlement that it was not granted.</summary>
    EntitlementMissing = 3003,

    /// <summary>A secret's value would have left its step.</summary>
    SecretLeak = 3004,

    /// <summary>The registry wants other credentials, or refuses these.</summary>
    Unauthorized = 4001,

    /// <summary>The registry cannot be reached or answers with an error.</summary>
    RegistryUnavailable = 4002,

    /// <summary>Content does not have the digest or the size that it was named by.</summary>
    DigestMismatch = 4003,

    /// <summary>Content is not signed by whom it was said to be.</summary>
    SignatureInvalid = 4004,

    /// <summary>The disk is full.</summary>
    DiskFull = 5001,

    /// <summary>The state directory belongs to a newer version or is damaged.</summary>
    StateIncompatible = 5002,

    /// <summary>The daemon cannot be started or reached.</summary>
    DaemonUnavailable = 6001,

    /// <summary>A client's session is not there.</summary>
    SessionMissing = 6002,
}
