using Cofferdam.Protocol.FileTransfer;
using Google.Protobuf;

namespace Cofferdam.Engine;

/// <summary>What a directory holds after a transfer, in the order of the transfer: what a later one is compared with.</summary>
public sealed class FileListing
{
    private readonly List<Stat> _entries = [];

    /// <summary>The entries, parents before children.</summary>
    public IReadOnlyList<Stat> Entries => _entries;

    /// <summary>Reads what <see cref="Write"/> wrote; null when it cannot be read.</summary>
    public static FileListing? Read(byte[] bytes)
    {
        var listing = new FileListing();
        try
        {
            using var input = new CodedInputStream(bytes);
            while (!input.IsAtEnd)
            {
                var entry = new Stat();
                input.ReadMessage(entry);
                listing.Add(entry);
            }

            return listing;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>The listing as bytes.</summary>
    public byte[] Write()
    {
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream);
        foreach (var entry in _entries)
        {
            output.WriteMessage(entry); // with its length
        }

        output.Flush();
        return stream.ToArray();
    }

    internal void Add(Stat entry) => _entries.Add(entry);
}
