using Cofferdam.Model;
using Cofferdam.Protocol.FileSync;
using Cofferdam.Protocol.FileTransfer;
using Cofferdam.Protocol.Llb;
using Grpc.Core;

namespace Cofferdam.Engine;

/// <summary>Finds out why a file that a COPY, an ADD or a mount names is not there: mistyped, or left out by the ignore file.</summary>
/// <remarks>Of the client's directory only what is copied was sent: the names beside it are asked for, which happens only after a build has failed.</remarks>
internal sealed class MissingSource(BuildJob job)
{
    private const int MaxNames = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What to do about it; null when nothing is known to help.</summary>
    public async Task<string?> ExplainAsync(NotFoundException missing, Definition definition, Digest vertex, CancellationToken cancellationToken)
    {
        if (missing.MissingPath is not { Length: > 0 } path)
        {
            return null;
        }

        if (path.StartsWith('['))
        {
            return "a list needs double quotes to be read as JSON: COPY [\"SOURCE\", \"DESTINATION\"]";
        }

        var source = FindSource(definition, vertex, path);
        if (source is null || !source.Identifier.StartsWith("local://", StringComparison.Ordinal))
        {
            return Suggest(path, missing.FirstMissing ?? path, missing.Siblings, absolute: true);
        }

        // From the top, since the mistake may be in a directory's name.
        for (var end = path.IndexOf('/', StringComparison.Ordinal); ; end = path.IndexOf('/', end + 1))
        {
            var part = end < 0 ? path : path[..end];
            var names = await ListAsync(source, Parent(part), cancellationToken);
            if (!names.Contains(NameOf(part)))
            {
                return Suggest(path, part, names, absolute: false)
                    ?? "sources are taken from the build context, the directory that the command was given, and never from outside it";
            }

            if (end < 0)
            {
                return source.Attrs.ContainsKey("local.excludepatterns")
                    ? $"{Quote.Text(path)} is in the build context, but its .dockerignore leaves it out; remove the pattern, or add a line \"!{path}\""
                    : null;
            }
        }
    }

    // The path with the name that is nearest to its missing part in place of that.
    private static string? Suggest(string path, string part, IReadOnlyCollection<string> names, bool absolute)
    {
        var directory = Parent(part);
        return NearMatch.Find(NameOf(part), names.Order(StringComparer.Ordinal)) is { } near
            ? $"did you mean {Quote.Text((absolute ? "/" : string.Empty) + (directory.Length == 0 ? near : directory + "/" + near) + path[part.Length..])}?"
            : null;
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string Parent(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : string.Empty;

    // The source that the copy or the mount with this path reads from; null when that is another step.
    private static SourceOp? FindSource(Definition definition, Digest vertex, string path)
    {
        var operations = definition.Def.ToDictionary(bytes => Digest.Of(bytes.Span), Op.Parser.ParseFrom);
        if (!operations.TryGetValue(vertex, out var op))
        {
            return null;
        }

        var index = op.OpCase switch
        {
            Op.OpOneofCase.File => op.File.Actions.FirstOrDefault(action => action.Copy is { } copy && IsOf(copy, path))?.SecondaryInput,
            Op.OpOneofCase.Exec => op.Exec.Mounts.FirstOrDefault(mount => mount.Dest != "/" && SourceTree.Clean(mount.Selector) == path)?.Input,
            _ => null,
        };
        return index is >= 0 && index < op.Inputs.Count && operations.TryGetValue(Digest.Parse(op.Inputs[(int)index].Digest), out var input) && input.OpCase == Op.OpOneofCase.Source
            ? input.Source
            : null;
    }

    private static bool IsOf(FileActionCopy copy, string path) =>
        SourceTree.Clean(copy.Src) is var source && (source == path || copy.RequiredPaths.Any(required => SourceTree.Clean(source + "/" + required) == path));

    private async Task<IReadOnlyCollection<string>> ListAsync(SourceOp source, string directory, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(Patience);
        try
        {
            var session = await job.GetSessionAsync(source.Attrs.GetValueOrDefault("local.session"), stop.Token);
            using var call = new FileSync.FileSyncClient(session.Calls).DiffCopy(Headers(source, directory), cancellationToken: stop.Token);
            var names = await ReadNamesAsync(call.ResponseStream, directory, stop.Token);
            await call.RequestStream.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketFin }, stop.Token);
            await call.RequestStream.CompleteAsync();
            while (await call.ResponseStream.MoveNext(stop.Token))
            {
                // The client's end is its answer.
            }

            return names;
        }
        catch (Exception error) when (error is RpcException or CofferdamException or IOException or OperationCanceledException)
        {
            // It only helps to explain an error: without it there is less to tell.
            return [];
        }
    }

    private static Metadata Headers(SourceOp source, string directory)
    {
        var escaped = Uri.EscapeDataString(directory).Replace("%2F", "/", StringComparison.Ordinal);
        var headers = new Metadata { { "dir-name", source.Identifier["local://".Length..] } };
        if (directory.Length > 0)
        {
            headers.Add("include-patterns", escaped);
            headers.Add("include-patterns-encoded", "1");
        }

        headers.Add("exclude-patterns", directory.Length > 0 ? escaped + "/*/*" : "*/*");
        headers.Add("exclude-patterns-encoded", "1");
        return headers;
    }

    private static async Task<HashSet<string>> ReadNamesAsync(IAsyncStreamReader<Packet> packets, string directory, CancellationToken cancellationToken)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (names.Count < MaxNames && await packets.MoveNext(cancellationToken))
        {
            if (packets.Current is not { Type: Packet.Types.PacketType.PacketStat, Stat: { } stat })
            {
                break;
            }

            if (Parent(stat.Path) == directory)
            {
                names.Add(directory.Length == 0 ? stat.Path : stat.Path[(directory.Length + 1)..]);
            }
        }

        return names;
    }
}
