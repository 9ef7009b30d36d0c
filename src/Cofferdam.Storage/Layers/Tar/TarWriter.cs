using System.Text;
using Cofferdam.Linux;

namespace Cofferdam.Storage.Layers;

/// <summary>Writes a tar archive to a stream: ustar headers, with a PAX header before those that do not fit. User and group names are left empty.</summary>
public sealed class TarWriter(Stream stream)
{
    private static readonly byte[] Zeros = new byte[2 * TarHeaderBlock.Size];

    private readonly byte[] _block = new byte[TarHeaderBlock.Size];
    private long _remaining;
    private int _padding;

    /// <summary>Begins an entry; the content of a regular file of <see cref="TarEntry.Size"/> bytes follows by <see cref="WriteAsync"/>. Holes are to be written as zeros.</summary>
    public async ValueTask BeginAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        await EndEntryAsync(cancellationToken);
        var size = entry.Type == TarEntryType.Regular ? entry.Size : 0;
        var records = Records(entry, size);
        if (records.Count > 0)
        {
            Fill(HeaderName(entry.Name), 'x', "", 0, 0, 0, records.Count, default, default);
            await stream.WriteAsync(_block, cancellationToken);
            await stream.WriteAsync(records.ToArray(), cancellationToken);
            await stream.WriteAsync(Zeros.AsMemory(0, -records.Count & (TarHeaderBlock.Size - 1)), cancellationToken);
        }

        Fill(entry.Name, (char)entry.Type, entry.LinkName, entry.Mode, entry.Uid, entry.Gid, size, entry.Modified, entry.Device);
        await stream.WriteAsync(_block, cancellationToken);
        _remaining = size;
        _padding = (int)(-size & (TarHeaderBlock.Size - 1));
    }

    /// <summary>Writes a piece of the current file.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (data.Length > _remaining)
        {
            throw new InvalidOperationException("more content than the entry's size");
        }

        _remaining -= data.Length;
        return stream.WriteAsync(data, cancellationToken);
    }

    /// <summary>Ends the archive. The stream is neither flushed nor disposed.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        await EndEntryAsync(cancellationToken);
        await stream.WriteAsync(Zeros, cancellationToken);
    }

    private async ValueTask EndEntryAsync(CancellationToken cancellationToken)
    {
        if (_remaining > 0)
        {
            throw new InvalidOperationException("less content than the entry's size");
        }

        if (_padding > 0)
        {
            await stream.WriteAsync(Zeros.AsMemory(0, _padding), cancellationToken);
            _padding = 0;
        }
    }

    private void Fill(string name, char type, string link, uint mode, long uid, long gid, long size, FileTime modified, DeviceNumber device)
    {
        var block = _block.AsSpan();
        block.Clear();
        FormatText(block[TarHeaderBlock.Name], name);
        FormatText(block[TarHeaderBlock.LinkName], link);
        FormatNumber(block[TarHeaderBlock.Mode], mode);
        FormatNumber(block[TarHeaderBlock.Uid], uid);
        FormatNumber(block[TarHeaderBlock.Gid], gid);
        FormatNumber(block[TarHeaderBlock.Length], size);
        FormatNumber(block[TarHeaderBlock.Modified], modified.Seconds);
        FormatNumber(block[TarHeaderBlock.DeviceMajor], device.Major);
        FormatNumber(block[TarHeaderBlock.DeviceMinor], device.Minor);
        block[TarHeaderBlock.TypeAt] = (byte)type;
        TarHeaderBlock.UstarMagic.CopyTo(block[TarHeaderBlock.Magic]);
        block[263] = block[264] = (byte)'0';
        TarHeaderBlock.SetChecksum(block);
    }

    // What does not fit stands in a PAX record; the field is zero then.
    private static void FormatNumber(Span<byte> field, long value)
    {
        if (!TarHeaderBlock.TryFormatNumber(field, value))
        {
            TarHeaderBlock.TryFormatNumber(field, 0);
        }
    }

    private static void FormatText(Span<byte> field, string text)
    {
        var at = 0;
        foreach (var unit in text)
        {
            if (char.IsAscii(unit) && at < field.Length)
            {
                field[at++] = (byte)unit;
            }
        }
    }

    private static List<byte> Records(TarEntry entry, long size)
    {
        var records = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        AddText(records, "path", entry.Name);
        AddText(records, "linkpath", entry.LinkName);
        AddNumber(records, "uid", entry.Uid, 8);
        AddNumber(records, "gid", entry.Gid, 8);
        AddNumber(records, "size", size, 12);
        Span<byte> field = stackalloc byte[12];
        if (entry.Modified.Nanoseconds != 0 || !TarHeaderBlock.TryFormatNumber(field, entry.Modified.Seconds))
        {
            records["mtime"] = Encoding.ASCII.GetBytes(PaxRecords.FormatTime(entry.Modified));
        }

        foreach (var (key, value) in entry.Xattrs)
        {
            // A key ends at the first equals sign: a name that has one cannot be told.
            if (!key.Contains('='))
            {
                records[PaxRecords.XattrPrefix + key] = value;
            }
        }

        var output = new List<byte>();
        foreach (var (key, value) in records)
        {
            PaxRecords.Append(output, key, value);
        }

        return output;
    }

    private static void AddText(SortedDictionary<string, byte[]> records, string key, string text)
    {
        if (text.Length > 100 || !Ascii.IsValid(text))
        {
            records[key] = PathBytes.Encode(text);
        }
    }

    private static void AddNumber(SortedDictionary<string, byte[]> records, string key, long value, int width)
    {
        Span<byte> field = stackalloc byte[width];
        if (!TarHeaderBlock.TryFormatNumber(field, value))
        {
            records[key] = Encoding.ASCII.GetBytes(value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    private static string HeaderName(string name)
    {
        var trimmed = name.TrimEnd('/');
        var slash = trimmed.LastIndexOf('/');
        return trimmed[..(slash + 1)] + "PaxHeaders.0/" + trimmed[(slash + 1)..];
    }
}
