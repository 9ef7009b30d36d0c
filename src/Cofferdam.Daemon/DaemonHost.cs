using System.Collections.Immutable;
using System.Net.Sockets;
using Cofferdam.Engine;
using Cofferdam.Executor;
using Cofferdam.Linux;
using Cofferdam.Protocol.Calls;
using Cofferdam.Protocol.Daemon;
using Cofferdam.Secrets;
using Cofferdam.Storage;

namespace Cofferdam.Daemon;

/// <summary>A daemon from its start to its end.</summary>
public static class DaemonHost
{
    // Set in the process that is in the mount namespace already.
    private const string NamespaceMarker = "COFFER_MOUNT_NAMESPACE";
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Runs a daemon until the token is cancelled, a client stops it or it was idle for long enough.</summary>
    /// <remarks>Its mounts are its own: a process that starts one for real first calls <see cref="EnterMountNamespace"/>.</remarks>
    public static async Task RunAsync(DaemonOptions options, CancellationToken cancellationToken)
    {
        var clock = TimeProvider.System;
        CurrentProcess.ForbidDump();
        SecretValue.Memory = new LockedSecretMemory();
        PrivateMountNamespace.HideUnifiedCgroup();
        await using var storage = await LocalStorage.OpenAsync(options.Root, clock, cancellationToken);
        storage.Database.Replaced += moved => Console.Error.WriteLine($"the database was damaged and is begun anew, what was cached is built again; the damaged file is {moved}");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sessions = new SessionRegistry(clock);
        var executor = await OciExecutor.CreateAsync(new OciExecutorOptions { Directory = Path.Combine(storage.Directory.Root, "executor") }, clock, cancellationToken);
        await executor.RecoverAsync(cancellationToken);
        var engineOptions = new EngineOptions { Root = options.Root, Version = "v" + DaemonVersion.Text, AllowedEntitlements = options.Devices.IsDisabled ? options.AllowedEntitlements : options.AllowedEntitlements.Add("device"), Devices = options.Devices, Registry = options.Registry, MaxParallelism = options.MaxParallelism, UnaskedSeal = options.UnaskedSeal, Frontends = options.Frontends, Collection = () => Policies(options) };
        var failures = new FailureText(storage.Directory.Root);
        Grpc.Core.RpcException ToRpc(Exception error) => ServiceErrors.ToRpc(error is OperationCanceledException or Grpc.Core.RpcException ? error : failures.Describe(error));
        await using var engine = new CofferEngine(engineOptions, storage, sessions, executor, (build, call, info) => new FrontendBridge(build, call, info, ToRpc), clock);
        var builds = new BuildTable(engine, clock);
        var disk = new LayerDisk(storage, engine.Uses, engine.CacheMounts, () => builds.OldestStart, clock);
        var collector = new GarbageCollector(
            disk, () => Policies(options), error => Console.Error.WriteLine($"collecting garbage: {error.Message}"), clock);
        builds.Ended += collector.Trigger;
        var server = new RpcServer { MapError = ToRpc };
        var description = new DescribeResponse { Version = DaemonVersion.Text, ProcessId = Environment.ProcessId, Root = storage.Directory.Root, Executor = executor.Name };
        ServiceBinding.Bind(server, engine, storage, disk, sessions, builds, new BuildHistory(clock), new DaemonService(description, builds, engine, stop.Cancel));
        var listeners = options.Addresses.Select(Listen).ToImmutableArray();
        var collecting = options.IsCollecting ? collector.RunAsync(stop.Token) : Task.CompletedTask;
        var idle = new IdleWatch(server, builds, clock).WaitAsync(options.IdleTimeout, stop);
        try
        {
            await Task.WhenAll(listeners.Select(listener => server.ListenAsync(listener, Grace, stop.Token)));
        }
        finally
        {
            await stop.CancelAsync();
            await idle;
            await collecting;
            RemoveSockets(options.Addresses);
        }
    }

    /// <summary>Puts the whole process into a mount namespace of its own, so that its mounts are gone with it however it ends. Starts the program anew; returns in the new one.</summary>
    public static void EnterMountNamespace()
    {
        if (!PrivateMountNamespace.IsEntered(NamespaceMarker) && Privileges.MayMount)
        {
            PrivateMountNamespace.EnterAndReexec(null, NamespaceMarker);
        }
    }

    private static Socket Listen(string address)
    {
        var parsed = RpcAddress.Parse(address);
        if (parsed.EndPoint is UnixDomainSocketEndPoint unix)
        {
            // The state directory's lock is held: a socket that is there is a dead daemon's.
            var path = unix.ToString()!;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Delete(path);
        }

        var socket = parsed.CreateSocket();
        socket.Bind(parsed.EndPoint);
        if (parsed.EndPoint is UnixDomainSocketEndPoint bound)
        {
            File.SetUnixFileMode(bound.ToString()!, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        socket.Listen(512);
        return socket;
    }

    private static ImmutableArray<PruneOptions> Policies(DaemonOptions options)
    {
        var diskBytes = FileSystemSpace.Of(options.Root).Total;
        return options.IsCollecting ? [.. options.Collection.For(diskBytes).Select(policy => policy.On(diskBytes))] : [];
    }

    private static void RemoveSockets(IEnumerable<string> addresses)
    {
        foreach (var address in addresses)
        {
            if (RpcAddress.Parse(address).EndPoint is UnixDomainSocketEndPoint unix)
            {
                File.Delete(unix.ToString()!);
            }
        }
    }
}
