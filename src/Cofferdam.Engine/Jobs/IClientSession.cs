using Grpc.Core;

namespace Cofferdam.Engine;

/// <summary>The way back to a client while its build runs: BuildKit's session. Thread-safe.</summary>
public interface IClientSession
{
    /// <summary>The session's id.</summary>
    string Id { get; }

    /// <summary>The client's hint for which directories are the same between builds; may be empty.</summary>
    string SharedKey { get; }

    /// <summary>Calls methods of the client's services; repeated metadata stays repeated.</summary>
    CallInvoker Calls { get; }

    /// <summary>The client's process id, when it runs on this machine as the daemon's own user; else null.</summary>
    int? LocalProcess { get; }

    /// <summary>Cancelled when the client has gone.</summary>
    CancellationToken Closed { get; }

    /// <summary>Whether the client said it serves a method, for example <c>/moby.filesync.v1.FileSync/DiffCopy</c>; letter case is ignored.</summary>
    bool Exposes(string method);
}
