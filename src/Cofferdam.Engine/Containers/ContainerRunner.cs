using System.Collections.Immutable;
using Cofferdam.Executor;
using Cofferdam.Model;
using Cofferdam.Protocol.Images;
using Cofferdam.Storage;
using TerminalSize = Cofferdam.Executor.TerminalSize;

namespace Cofferdam.Engine;

/// <summary>Runs containers of images, for <c>coffer run</c>. What a container writes is gone with it.</summary>
public sealed class ContainerRunner
{
    private readonly IExecutor _executor;
    private readonly ISnapshotter _snapshotter;
    private readonly ILayerProvider _layers;
    private readonly ILayerUses _uses;
    private readonly ImageCatalog _catalog;
    private readonly ISessions _sessions;
    private readonly ImageSnapshots _images;

    internal ContainerRunner(IExecutor executor, ISnapshotter snapshotter, ILayerProvider layers, ILayerUses uses, ImageCatalog catalog, ImageSnapshots images, ISessions sessions) =>
        (_executor, _snapshotter, _layers, _uses, _catalog, _images, _sessions) = (executor, snapshotter, layers, uses, catalog, images, sessions);

    /// <summary>Runs one to its end and returns its exit code.</summary>
    /// <param name="start">The image, and what the user gives besides.</param>
    /// <param name="io">Where it reads and writes.</param>
    /// <param name="control">Signals and sizes for it.</param>
    /// <param name="started">Told once it is about to run.</param>
    /// <param name="cancellationToken">Kills it.</param>
    public async Task<int> RunAsync(RunStart start, IProcessIo io, IProcessControl control, Func<Task> started, CancellationToken cancellationToken)
    {
        var platform = start.Platform.Length == 0 ? null : Platform.Parse(start.Platform);
        var image = await _catalog.FindAsync(start.Image, platform, cancellationToken);
        var snapshot = await _images.PrepareAsync(image, cancellationToken);
        await using var held = new SnapshotResult(snapshot, _uses);
        await _layers.EnsureAsync(snapshot, [new BuildJob("run", string.Empty, _sessions, [])], UnseenProgress.Instance, cancellationToken);
        await using var layer = await _snapshotter.PrepareAsync(snapshot, cancellationToken);
        var spec = Specify(start, image.Config.Config, layer.RootPath, control);
        await started();
        return await _executor.RunAsync(spec, io, cancellationToken);
    }

    private static ProcessSpec Specify(RunStart start, ContainerConfig config, string rootPath, IProcessControl control)
    {
        IReadOnlyList<string> entrypoint = start.HasEntrypoint ? [.. start.Entrypoint] : config.Entrypoint ?? [];

        // As docker run: another entry point takes the image's command away.
        IReadOnlyList<string> command = start.Arguments.Count > 0 ? [.. start.Arguments] : start.HasEntrypoint ? [] : config.Cmd ?? [];
        var arguments = entrypoint.Concat(command).ToImmutableArray();
        if (arguments.IsEmpty)
        {
            throw new InvalidInputException($"image {Quote.Text(start.Image)} has no command") { Hint = "give one behind the image's name" };
        }

        var id = Guid.NewGuid().ToString("N")[..12];
        return new ProcessSpec
        {
            Id = "r" + id,
            RootPath = rootPath,
            IsRootReadOnly = start.ReadOnly,
            Arguments = arguments,
            Environment = MergeEnvironment(config.Env ?? [], start),
            WorkingDirectory = start.WorkingDirectory.Length > 0 ? start.WorkingDirectory : string.IsNullOrEmpty(config.WorkingDir) ? "/" : config.WorkingDir,
            User = start.User.Length > 0 ? start.User : config.User ?? string.Empty,
            Mounts = [.. start.Volumes.Select(volume => new StepMount.Bind(volume.Target, "/", volume.Source, volume.ReadOnly))],
            Network = start.Network switch
            {
                "" or "default" or "bridge" => NetworkMode.Default,
                "host" => NetworkMode.Host,
                "none" => NetworkMode.None,
                _ => throw new InvalidInputException($"unknown network {Quote.Text(start.Network)}") { Hint = "default, host or none" },
            },
            HostName = start.HostName.Length > 0 ? start.HostName : start.Name.Length > 0 ? start.Name : id,
            Terminal = start.Terminal is { } size ? new TerminalSize(size.Rows, size.Columns) : null,
            Control = control,
        };
    }

    private static ImmutableArray<string> MergeEnvironment(IReadOnlyList<string> image, RunStart start)
    {
        var variables = new List<string>(image);
        if (start.Terminal is not null && !variables.Exists(variable => variable.StartsWith("TERM=", StringComparison.Ordinal)))
        {
            variables.Add("TERM=xterm");
        }

        foreach (var variable in start.Environment)
        {
            var name = variable.Split('=', 2)[0] + "=";
            variables.RemoveAll(known => known.StartsWith(name, StringComparison.Ordinal));
            variables.Add(variable);
        }

        if (!variables.Exists(variable => variable.StartsWith("PATH=", StringComparison.Ordinal)))
        {
            variables.Add("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        }

        return [.. variables];
    }
}
