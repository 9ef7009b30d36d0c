using Cofferdam.Cli.Build;
using Cofferdam.Daemon;
using Cofferdam.Model;
using Cofferdam.Protocol.Calls;
using Cofferdam.Protocol.Content;
using Cofferdam.Protocol.FileSync;
using Cofferdam.Protocol.Health;
using Cofferdam.Protocol.Ssh;
using Cofferdam.Protocol.Upload;
using Grpc.Core;
using Status = Grpc.Core.Status;

namespace Cofferdam.Cli.Session;

/// <summary>A session with a daemon, seen from the client: serves what the daemon asks for until it is disposed.</summary>
internal sealed class ClientSession : IBuildSession
{
    /// <summary>Names of the methods of services that are bound with their first call.</summary>
    internal static readonly string[] HealthMethods = ["/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch"];

    /// <inheritdoc cref="HealthMethods"/>
    internal static readonly string[] FileMethods = ["/moby.filesync.v1.FileSync/DiffCopy", "/moby.filesync.v1.FileSync/TarStream"];

    /// <inheritdoc cref="HealthMethods"/>
    internal static readonly string[] AuthMethods =
    [
        "/moby.filesync.v1.Auth/Credentials", "/moby.filesync.v1.Auth/FetchToken", "/moby.filesync.v1.Auth/GetTokenAuthority", "/moby.filesync.v1.Auth/VerifyTokenAuthority",
    ];

    private const int IdLength = 25;

    // How long calls that run may take to end once the build has ended.
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(2);

    private readonly AsyncDuplexStreamingCall<Protocol.Control.BytesMessage, Protocol.Control.BytesMessage> _call;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private int _isClosed;

    private ClientSession(string id, AsyncDuplexStreamingCall<Protocol.Control.BytesMessage, Protocol.Control.BytesMessage> call, RpcServer server)
    {
        (Id, _call) = (id, call);
        _serving = server.ServeAsync(new BytesMessageStream(call.ResponseStream, call.RequestStream, call.RequestStream.CompleteAsync), _grace, _stop.Token);
    }

    /// <summary>What a build names it by.</summary>
    public string Id { get; }

    /// <summary>Opens a session. Secret files and agents that are not there are told of now: <see cref="CofferdamException"/>.</summary>
    public static ClientSession Open(CallInvoker daemon, SessionOptions options)
    {
        var server = Bind(options);
        var id = Guid.NewGuid().ToString("n")[..IdLength]; // without OpenSSL, which takes milliseconds to load
        var metadata = new Metadata { { "x-docker-expose-session-uuid", id }, { "x-docker-expose-session-sharedkey", options.SharedKey } };
        foreach (var method in server.Methods)
        {
            metadata.Add("x-docker-expose-session-grpc-method", method);
        }

        return new ClientSession(id, daemon.CallDuplex(DirectMethods.Session, metadata), server);
    }

    /// <summary>Ends the session.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync();
        await _serving;
        await WaitForDaemonAsync();
        _call.Dispose();
        _stop.Dispose();
    }

    private static RpcException ToRpcException(Exception error) =>
        error is CofferdamException and not NotFoundException
            ? ServiceErrors.ToBuildRpc(error) // with what to do about it
            : new RpcException(new Status(error is NotFoundException ? StatusCode.NotFound : StatusCode.Unknown, error.Message, error));

    // The daemon ends the call once it has seen the end of this side; giving the call up before looks like an error to it.
    private async Task WaitForDaemonAsync()
    {
        using var limit = new CancellationTokenSource(_grace);
        try
        {
            while (await _call.ResponseStream.MoveNext(limit.Token))
            {
                // What it still sends is of calls that have ended.
            }
        }
        catch (Exception error) when (error is RpcException or OperationCanceledException)
        {
            // It has gone.
        }
    }

    // Only what there is something to offer for is advertised.
    private static RpcServer Bind(SessionOptions options)
    {
        var server = new RpcServer { MapError = ToRpcException };
        server.AddService(HealthMethods, static binder => Health.BindService(binder, new HealthService()));
        if (options.Directories.Count > 0)
        {
            var files = new FileSyncService(options.Directories);
            server.AddService(FileMethods, binder => FileSync.BindService(binder, files));
            server.AddDuplex(DirectMethods.DiffCopy, files.DiffCopy);
        }

        if (options.Targets.Count > 0)
        {
            new FileSendService(options.Targets, options.StandardOutput).Bind(server);
        }

        if (options.Secrets.Count > 0)
        {
            Protocol.Secrets.Secrets.BindService(server, new SecretsService(options.Secrets));
        }

        if (options.Agents.Count > 0)
        {
            SSH.BindService(server, new SshService(options.Agents));
        }

        if (options.Uploads.Count > 0)
        {
            Upload.BindService(server, new UploadService(options.Uploads));
        }

        if (options.ContentStores.Count > 0)
        {
            Content.BindService(server, new ContentService(options.ContentStores));
        }

        if (options.Credentials is not null)
        {
            server.AddService(AuthMethods, binder => Auth.BindService(binder, new AuthService(options.Credentials)));
        }

        return server;
    }
}
