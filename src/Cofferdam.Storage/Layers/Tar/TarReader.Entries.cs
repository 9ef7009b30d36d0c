using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Storage.Layers;

public sealed partial class TarReader
{
    private const int MaxDigits = 20;
    private const int OldPiecesAt = 386;
    private const int OldContinuedAt = 482;
    private const int OldRealSizeAt = 483;
    private const int ContinuationPieces = 21;
    private const int ContinuationContinuedAt = 504;

    private async ValueTask<TarEntry> ReadEntryAsync(ReadOnlyMemory<byte> block, char type, SpecialHeaders special, CancellationToken cancellationToken)
    {
        var entry = ParseEntry(block.Span, type, special);
        if (entry.Type != TarEntryType.Regular)
        {
            return entry with { Size = 0 };
        }

        SetContent(entry.Size);
        if (special.Records.Count == 0)
        {
            return entry;
        }

        if (special.Find("GNU.sparse.major") is [(byte)'1'] && special.Find("GNU.sparse.minor") is [(byte)'0'])
        {
            var pieces = await ReadSparseMapAsync(cancellationToken);
            return Sparse(entry, pieces, special);
        }

        return TarSparse.FromRecords(special.Records) is { } recorded ? Sparse(entry, recorded, special) : entry;
    }

    private TarEntry Sparse(TarEntry entry, List<(long Offset, long Length)> pieces, SpecialHeaders special)
    {
        var size = special.Find("GNU.sparse.realsize") ?? special.Find("GNU.sparse.size");
        var realSize = size is null ? entry.Size : PaxRecords.ParseNumber(size);
        TarSparse.Check(pieces, realSize, _remaining);
        var name = special.Find("GNU.sparse.name");
        return entry with { Data = pieces, Size = realSize, Name = name is null ? entry.Name : Text(name) };
    }

    private async ValueTask<TarEntry> ReadOldSparseAsync(byte[] block, SpecialHeaders special, CancellationToken cancellationToken)
    {
        var entry = ParseEntry(block, '0', special);
        var pieces = new List<(long Offset, long Length)>();
        TarSparse.AddOldPieces(block.AsSpan(OldPiecesAt), 4, pieces);
        var isContinued = block[OldContinuedAt] != 0;
        while (isContinued)
        {
            if (!await FillAsync(TarHeaderBlock.Size, cancellationToken))
            {
                throw new InvalidInputException("read a tar archive: it ends within a header");
            }

            var more = _buffer.AsMemory(_start, TarHeaderBlock.Size);
            _start += TarHeaderBlock.Size;
            TarSparse.AddOldPieces(more.Span, ContinuationPieces, pieces);
            isContinued = more.Span[ContinuationContinuedAt] != 0;
        }

        var realSize = TarHeaderBlock.ParseNumber(block.AsSpan(OldRealSizeAt, 12), "sparse size");
        SetContent(entry.Size);
        TarSparse.Check(pieces, realSize, _remaining);
        return entry with { Data = pieces, Size = realSize };
    }

    /// <summary>Reads the map before the data: decimal lines, first their number, filled up to whole blocks.</summary>
    private async ValueTask<List<(long Offset, long Length)>> ReadSparseMapAsync(CancellationToken cancellationToken)
    {
        var numbers = new List<string>();
        var line = new System.Text.StringBuilder();
        var block = new byte[TarHeaderBlock.Size];
        long? wanted = null;
        while (wanted is null || numbers.Count < wanted)
        {
            for (var at = 0; at < block.Length;)
            {
                var read = await ReadAsync(block.AsMemory(at), cancellationToken);
                at += read > 0 ? read : throw new InvalidInputException("read a tar archive: the map of a sparse file is damaged");
            }

            foreach (var digit in block)
            {
                if (digit != '\n')
                {
                    line.Append(line.Length < MaxDigits ? (char)digit : throw new InvalidInputException("read a tar archive: the map of a sparse file is damaged"));
                }
                else if (wanted is null)
                {
                    wanted = 2 * PaxRecords.ParseNumber(System.Text.Encoding.Latin1.GetBytes(line.ToString()));
                    wanted = wanted / 2 <= TarSparse.MaxPieces ? wanted : throw new InvalidInputException("read a tar archive: a sparse file has too many pieces");
                    line.Clear();
                }
                else
                {
                    numbers.Add(line.ToString());
                    line.Clear();
                }

                if (wanted is not null && numbers.Count >= wanted)
                {
                    break;
                }
            }
        }

        return TarSparse.FromNumbers(numbers);
    }

    private static TarEntry ParseEntry(ReadOnlySpan<byte> block, char type, SpecialHeaders special)
    {
        var name = TarHeaderBlock.ParseText(block[TarHeaderBlock.Name]);
        if (block[TarHeaderBlock.Magic][..6].SequenceEqual(TarHeaderBlock.UstarMagic[..6]) && block[TarHeaderBlock.Prefix][0] != 0)
        {
            name = TarHeaderBlock.ParseText(block[TarHeaderBlock.Prefix]) + "/" + name;
        }

        name = special.LongName ?? name;
        var isDevice = type is '3' or '4';
        var entry = new TarEntry
        {
            Name = special.Find("path") is { } path ? Text(path) : name,
            Type = TypeOf(type, name),
            LinkName = special.Find("linkpath") is { } link ? Text(link) : special.LongLink ?? TarHeaderBlock.ParseText(block[TarHeaderBlock.LinkName]),
            Mode = (uint)TarHeaderBlock.ParseNumber(block[TarHeaderBlock.Mode], "mode") & 0xfff,
            Uid = (uint)Number(special, "uid", block[TarHeaderBlock.Uid]),
            Gid = (uint)Number(special, "gid", block[TarHeaderBlock.Gid]),
            Size = Number(special, "size", block[TarHeaderBlock.Length]),
            Modified = special.Find("mtime") is { } time ? PaxRecords.ParseTime(time) : new FileTime(TarHeaderBlock.ParseNumber(block[TarHeaderBlock.Modified], "time"), 0),
            Device = !isDevice ? default : new DeviceNumber(
                (uint)TarHeaderBlock.ParseNumber(block[TarHeaderBlock.DeviceMajor], "device"),
                (uint)TarHeaderBlock.ParseNumber(block[TarHeaderBlock.DeviceMinor], "device")),
            Xattrs = Xattrs(special),
        };
        return entry.Size >= 0 ? entry : throw new InvalidInputException($"read a tar archive: the size of {Quote.Text(entry.Name)} is negative");
    }

    private static TarEntryType TypeOf(char type, string name) => type switch
    {
        '\0' or '0' or '7' => name.EndsWith('/') && type == '\0' ? TarEntryType.Directory : TarEntryType.Regular,
        >= '1' and <= '6' => (TarEntryType)type,
        _ => throw new InvalidInputException($"read a tar archive: {Quote.Text(name)} is of a type that is not known ('{type}')"),
    };

    private static long Number(SpecialHeaders special, string key, ReadOnlySpan<byte> field) =>
        special.Find(key) is { } value ? PaxRecords.ParseNumber(value) : TarHeaderBlock.ParseNumber(field, key);

    private static string Text(byte[] value) =>
        value.AsSpan().Contains((byte)0) ? throw new InvalidInputException("read a tar archive: a name has a zero byte") : PathBytes.Decode(value);

    private static KeyValuePair<string, byte[]>[] Xattrs(SpecialHeaders special)
    {
        if (special.Records.Count == 0)
        {
            return [];
        }

        var found = new SortedDictionary<string, byte[]>(Comparer<string>.Create(PathBytes.Compare));
        foreach (var (key, value) in special.Records)
        {
            if (key.StartsWith(PaxRecords.XattrPrefix, StringComparison.Ordinal) && key.Length > PaxRecords.XattrPrefix.Length)
            {
                found[key[PaxRecords.XattrPrefix.Length..]] = value;
            }
        }

        return [.. found];
    }
}
