using Cofferdam.Cli.Parsing;
using Cofferdam.Cli.Build;
using Cofferdam.Cli.DaemonControl;
using Cofferdam.Cli.Progress;
using Cofferdam.Protocol.Control;
using Cofferdam.Protocol.Images;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Cofferdam.Cli.Commands;

/// <summary>Pulls and pushes, shown as builds are.</summary>
internal static class ImageTransfer
{
    /// <summary>Fetches an image; returns its digest.</summary>
    public static Task<string> PullAsync(CommandContext context, DaemonConnection connection, string reference, string? platform, ProgressMode mode, CancellationToken cancellationToken) =>
        RunAsync(context, connection, mode, $"pulling {Familiar(reference)}", session => new Images.ImagesClient(connection.Invoker).Pull(
            new PullImageRequest { Reference = Whole(reference), Platform = platform ?? string.Empty, Session = session }, cancellationToken: cancellationToken), cancellationToken);

    /// <summary>Sends an image to its registry; returns its digest.</summary>
    public static Task<string> PushAsync(CommandContext context, DaemonConnection connection, string reference, bool insecure, ProgressMode mode, CancellationToken cancellationToken) =>
        RunAsync(context, connection, mode, $"pushing {Familiar(reference)}", session => new Images.ImagesClient(connection.Invoker).Push(
            new PushImageRequest { Reference = Whole(reference), Insecure = insecure, Session = session }, cancellationToken: cancellationToken), cancellationToken);

    private static string Whole(string reference) => CommandWords.Reference(reference).WithDefaultTag().ToString();

    private static string Familiar(string reference) => CommandWords.Reference(reference).WithDefaultTag().Familiar;

    private static async Task<string> RunAsync(
        CommandContext context,
        DaemonConnection connection,
        ProgressMode mode,
        string name,
        Func<string, AsyncServerStreamingCall<ImageProgress>> start,
        CancellationToken cancellationToken)
    {
        var console = context.Console;
        await using var session = await context.Services.Sessions.OpenAsync(connection, new SessionContents(), console, cancellationToken);
        using var call = start(session.Id);
        var reader = new TransferStatus(call.ResponseStream, name, console.Time);
        var display = ProgressDisplay.Create(mode, console);
        try
        {
            await display.RunAsync(reader, cancellationToken);
            reader.ThrowIfFailed();
        }
        catch
        {
            display.Finish(succeeded: false);
            throw;
        }

        display.Finish(succeeded: true);
        return reader.Digest;
    }

    // Makes of the parts of a transfer the messages that a build's progress consists of.
    private sealed class TransferStatus(IAsyncStreamReader<ImageProgress> inner, string name, TimeProvider time) : IAsyncStreamReader<StatusResponse>
    {
        private readonly Vertex _vertex = new() { Digest = "transfer", Name = name };
        private readonly Dictionary<string, Timestamp> _started = [];
        private Exception? _error;
        private bool _ended;

        public string Digest { get; private set; } = string.Empty;

        public StatusResponse Current { get; private set; } = new();

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (_ended)
            {
                return false;
            }

            var now = Timestamp.FromDateTimeOffset(time.GetUtcNow());
            _vertex.Started ??= now;
            Current = new StatusResponse();
            try
            {
                if (await inner.MoveNext(cancellationToken))
                {
                    Apply(inner.Current, Timestamp.FromDateTimeOffset(time.GetUtcNow()));
                }
                else
                {
                    _ended = true;
                }
            }
            catch (Exception exception) when (exception is RpcException or OperationCanceledException)
            {
                (_error, _ended) = (exception, true);
                _vertex.Error = exception is RpcException rpc ? rpc.Status.Detail : "context canceled";
            }

            _vertex.Completed = _ended ? Timestamp.FromDateTimeOffset(time.GetUtcNow()) : null;
            Current.Vertexes.Add(_vertex.Clone());
            return true;
        }

        public void ThrowIfFailed()
        {
            if (_error is not null)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_error);
            }
        }

        private void Apply(ImageProgress progress, Timestamp now)
        {
            Digest = progress.Digest.Length > 0 ? progress.Digest : Digest;
            if (progress.Id.Length == 0)
            {
                return;
            }

            var started = _started.GetValueOrDefault(progress.Id) ?? (_started[progress.Id] = now);
            Current.Statuses.Add(new VertexStatus
            {
                ID = progress.Id,
                Vertex = _vertex.Digest,
                Name = progress.Action,
                Current = progress.Current,
                Total = progress.Total,
                Timestamp = now,
                Started = started,
                Completed = progress.Completed ? now : null,
            });
        }
    }
}
