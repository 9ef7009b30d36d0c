using Cofferdam.Engine;
using Cofferdam.Protocol.Control;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;
using Google.Protobuf;
using Vertex = Cofferdam.Protocol.Control.Vertex;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Daemon;

/// <summary>Turns what happens in a build into BuildKit's status messages, several events to a message where they come at once.</summary>
internal static class StatusStream
{
    // BuildKit keeps a message near 1 MiB.
    private const int MessageBytes = 1024 * 1024;
    private const int MessageEvents = 256;

    /// <summary>The messages until the build's end. Vertices that are open then are closed.</summary>
    public static async IAsyncEnumerable<StatusResponse> ReadAsync(IBuild build, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var events = build.WatchAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        var next = events.MoveNextAsync().AsTask();
        while (await next)
        {
            var message = new StatusResponse();
            var (bytes, count) = (0, 0);
            do
            {
                bytes += Add(message, events.Current);
                count++;
                next = events.MoveNextAsync().AsTask();
            }
            while (bytes < MessageBytes && count < MessageEvents && next.IsCompletedSuccessfully && await next);
            yield return message;
        }
    }

    private static int Add(StatusResponse message, ProgressEvent progressEvent)
    {
        switch (progressEvent)
        {
            case ProgressEvent.VertexChanged vertex:
                message.Vertexes.Add(Convert(vertex));
                return 64;
            case ProgressEvent.StatusChanged status:
                message.Statuses.Add(Convert(status));
                return 64;
            case ProgressEvent.LogWritten log:
                message.Logs.Add(new VertexLog
                {
                    Vertex = log.Vertex.ToString(),
                    Stream = log.Stream,
                    Msg = UnsafeByteOperations.UnsafeWrap(log.Data),
                    Timestamp = Timestamp.FromDateTimeOffset(log.Time),
                });
                return log.Data.Length;
            case ProgressEvent.Warned warned:
                message.Warnings.Add(Convert(warned));
                return 256;
            default:
                return 0;
        }
    }

    private static Vertex Convert(ProgressEvent.VertexChanged vertex)
    {
        var converted = new Vertex
        {
            Digest = vertex.Vertex.ToString(),
            Name = vertex.Name,
            Cached = vertex.IsCached,
            Started = Time(vertex.Started),
            Completed = Time(vertex.Completed),
            Error = vertex.Error ?? string.Empty,
        };
        converted.Inputs.AddRange(vertex.Inputs.Select(input => input.ToString()));
        if (vertex.Group is { } group)
        {
            converted.ProgressGroup = new Protocol.Llb.ProgressGroup { Id = group.Id, Name = group.Name, Weak = group.Weak };
        }

        return converted;
    }

    private static VertexStatus Convert(ProgressEvent.StatusChanged status) => new()
    {
        ID = status.Id,
        Vertex = status.Vertex.ToString(),
        Name = status.Name,
        Current = status.Current,
        Total = status.Total,
        Timestamp = Timestamp.FromDateTimeOffset(status.Time),
        Started = Timestamp.FromDateTimeOffset(status.Started),
        Completed = Time(status.Completed),
    };

    private static VertexWarning Convert(ProgressEvent.Warned warned)
    {
        var warning = new VertexWarning
        {
            Vertex = warned.Vertex.ToString(),
            Level = 1,
            Short = ByteString.CopyFromUtf8(warned.Warning.Short),
            Url = warned.Warning.Url ?? string.Empty,
        };
        warning.Detail.AddRange(warned.Warning.Detail.Select(ByteString.CopyFromUtf8));
        if (warned.Warning.Location is { } location)
        {
            warning.Info = new SourceInfo { Filename = location.FileName, Data = UnsafeByteOperations.UnsafeWrap(location.Text), Language = "Dockerfile" };
            warning.Ranges.AddRange(location.Ranges.Select(range => new Protocol.Llb.Range { Start = new Position { Line = range.Start }, End = new Position { Line = range.End } }));
        }

        return warning;
    }

    private static Timestamp? Time(DateTimeOffset? time) => time is { } known ? Timestamp.FromDateTimeOffset(known) : null;
}
