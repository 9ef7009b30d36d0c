namespace Cofferdam.Model;

/// <summary>How much of anything that comes from outside is taken.</summary>
public static class Limits
{
    /// <summary>Bytes of a manifest or an index (OCI distribution-spec recommends at least 4 MiB).</summary>
    public const int ManifestBytes = 4 * 1024 * 1024;

    /// <summary>Bytes of an image config.</summary>
    public const int ConfigBytes = 8 * 1024 * 1024;

    /// <summary>Bytes of a secret (BuildKit session/secrets).</summary>
    public const int SecretBytes = 500 * 1024;

    /// <summary>Bytes of one message of the API (BuildKit util/grpcutil).</summary>
    public const int MessageBytes = 16 * 1024 * 1024;

    /// <summary>Bytes of a message sent to a client within its session: its server takes 4 MiB, BuildKit cuts at 3.</summary>
    public const int SessionChunkBytes = 3 * 1024 * 1024;

    /// <summary>Bytes of a Dockerfile or an ignore file.</summary>
    public const int DockerfileBytes = 4 * 1024 * 1024;
}
