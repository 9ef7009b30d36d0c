using Cofferdam.Linux;
using Cofferdam.Model;
using Grpc.Core;

namespace Cofferdam.Engine;

/// <summary>Makes errors that users are told of from those that the platform or a client throws.</summary>
/// <param name="root">The state directory.</param>
public sealed class FailureText(string root)
{
    // HRESULT of ERROR_DISK_FULL, which .NET gives where it reserves space, and the plain error numbers of the kernel.
    private const int DiskFullResult = unchecked((int)0x80070070);
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    /// <summary>The error itself when it is one for users already, and otherwise one that says the same; a full disk always with what to do.</summary>
    public CofferdamException Describe(Exception error) => error switch
    {
        CofferdamException { Code: ErrorCode.DiskFull, Hint: null } full => DiskFull(full),
        LinuxException { Errno: Errno.EPERM or Errno.EACCES, Hint: null } refused when !Privileges.MayMount =>
            new CofferdamException(refused.Code, refused.Message, refused) { Hint = "run the daemon as root, or in a user namespace that may mount" },
        CofferdamException known => known,
        IOException { HResult: DiskFullResult or NoSpace or QuotaExceeded } => DiskFull(error),
        Microsoft.Data.Sqlite.SqliteException { SqliteErrorCode: 13 } => DiskFull(error), // SQLITE_FULL
        RpcException { Status.Detail.Length: > 0 } rpc => new CofferdamException(rpc.StatusCode == StatusCode.NotFound ? ErrorCode.NotFound : ErrorCode.System, rpc.Status.Detail, error),
        IOException or UnauthorizedAccessException => new CofferdamException(ErrorCode.System, error.Message.TrimEnd('.'), error),
        _ => new CofferdamException(ErrorCode.System, $"unexpected {error.GetType().Name}: {error.Message}", error) { Hint = "this is a defect of coffer; please report it with what you did" },
    };

    /// <summary>What a step that failed shows.</summary>
    public static string Message(Exception error) => error switch
    {
        OperationCanceledException => "context canceled",
        RpcException { Status.Detail.Length: > 0 } rpc => rpc.Status.Detail,
        _ => error.Message,
    };

    private CofferdamException DiskFull(Exception error) =>
        new(ErrorCode.DiskFull, $"the disk of state directory {Quote.Text(root)} is full: {error.Message.TrimEnd('.')}", error) { Hint = "free space on it, for example with `coffer prune`" };
}
