using System.Text;
using Cofferdam.Secrets.Reports;

namespace Cofferdam.Secrets.Nested;

/// <summary>One search of a stream and of what is inside it.</summary>
internal sealed class NestedWalk(SecretSearch search, NestedLimits limits, IReadOnlyList<INestedDecoder> decoders)
{
    private const int HeadBytes = 512;
    private const int MostFindings = 1000;
    private const int MostGaps = 1000;

    private readonly NestedBudget _budget = new(limits);
    private readonly List<SecretFinding> _findings = [];
    private readonly List<NestedGap> _gaps = [];
    private readonly IContainerFormat[] _formats =
        [new GzipFormat(), new ZipFormat(), new TarFormat(), new ArFormat(), .. decoders.Select(decoder => new DecoderFormat(decoder)), new UnopenedFormat(), new ZlibFormat()];

    private long _bytes;
    private bool _hasMore;
    private bool _saidUsedUp;

    internal SearchReport Report() => new(_findings, _gaps, _bytes, _budget.Inflated, _hasMore);

    /// <summary>Visits a stream: all of it is searched, and what is inside it.</summary>
    internal async ValueTask VisitAsync(Stream source, NestedLevel level, bool isInflated, CancellationToken cancellationToken)
    {
        using var scanner = search.OpenScanner();
        await using var stream = new ScannedStream(source, scanner, isInflated ? _budget : null);
        var isWhole = await ReadAsync(stream, level, cancellationToken);
        if (level.Depth == 0)
        {
            _bytes = scanner.Length;
        }

        Tell(scanner, level);
        if (!isWhole)
        {
            throw new InvalidDataException("the archive around is damaged");
        }
    }

    /// <summary>Visits an entry of an archive.</summary>
    internal async ValueTask EnterAsync(Stream content, NestedLevel inside, bool isInflated, CancellationToken cancellationToken)
    {
        _budget.TakeEntry();
        if (_budget.IsUsedUp)
        {
            SayUsedUp(inside);
            return;
        }

        await VisitAsync(content, inside, isInflated, cancellationToken);
        if (_budget.IsUsedUp)
        {
            SayUsedUp(inside);
        }
    }

    /// <summary>Notes that something was not looked inside.</summary>
    internal void AddGap(NestedLevel level, string reason)
    {
        if (_gaps.Count < MostGaps)
        {
            _gaps.Add(new NestedGap(Withhold(level.Path), reason));
        }
    }

    /// <summary>Reads a stream to its end, and what is inside it; false when the decoder that gives it fails before.</summary>
    private async ValueTask<bool> ReadAsync(ScannedStream stream, NestedLevel level, CancellationToken cancellationToken)
    {
        try
        {
            var head = await stream.PeekAsync(HeadBytes, cancellationToken);
            if (_formats.FirstOrDefault(format => format.IsMatch(head.Span)) is { } found)
            {
                await LookInsideAsync(found, stream, level, cancellationToken);
            }

            await stream.DrainAsync(cancellationToken);
            return true;
        }
        catch (InvalidDataException) when (level.Depth > 0)
        {
            return false;
        }
    }

    private async ValueTask LookInsideAsync(IContainerFormat format, ScannedStream stream, NestedLevel level, CancellationToken cancellationToken)
    {
        if (level.Depth >= limits.Depth)
        {
            AddGap(level, $"{format.Name} in more than {limits.Depth} archives");
            return;
        }

        try
        {
            await format.WalkAsync(stream, level, this, cancellationToken);
        }
        catch (InvalidDataException) when (format.IsGuess || _budget.IsUsedUp)
        {
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            AddGap(level, $"{format.Name} that is damaged");
        }
    }

    private void Tell(SecretScanner scanner, NestedLevel level)
    {
        var matches = scanner.Finish();
        _hasMore |= scanner.IsSaturated;
        foreach (var match in matches)
        {
            if (level is { Around: { } around, StoredAt: { } at })
            {
                around.Told.Add(match with { Offset = match.Offset + at });
            }

            if (level.Told.Contains(match))
            {
                continue;
            }

            if (_findings.Count == MostFindings)
            {
                _hasMore = true;
                return;
            }

            _findings.Add(new SecretFinding(match.SecretId, match.Form, match.Encoding, Withhold(level.Path), match.Offset, match.Length, KnownFiles.Find(level.Path)));
        }
    }

    private void SayUsedUp(NestedLevel level)
    {
        if (!_saidUsedUp)
        {
            _saidUsedUp = true;
            AddGap(level, $"more than {limits.InflatedBytes >> 20} MiB when opened, or more than {limits.Entries} files; nothing further is looked inside");
        }
    }

    /// <summary>A path for a report: names come from the build, and may hold a secret themselves.</summary>
    private string Withhold(string path)
    {
        var parts = path.Split('!');
        for (var i = 0; i < parts.Length; i++)
        {
            using var scanner = search.OpenScanner();
            scanner.Append(Encoding.UTF8.GetBytes(parts[i]));
            if (scanner.Finish().Count > 0)
            {
                parts[i] = "(a name that holds a secret)";
            }
        }

        return string.Join('!', parts);
    }
}
