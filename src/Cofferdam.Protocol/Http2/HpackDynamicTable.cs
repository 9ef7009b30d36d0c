namespace Cofferdam.Protocol.Http2;

/// <summary>The fields a peer has had remembered, youngest first (RFC 7541 sections 2.3.2 and 4).</summary>
internal sealed class HpackDynamicTable
{
    private readonly int _limit;
    // A ring: the youngest is at _next - 1. Entries count at least 32 bytes each, which bounds their number.
    private readonly HeaderField[] _ring;
    private int _next;
    private int _size;
    private int _maximum;

    /// <summary>Makes a table of at most that many bytes, as RFC 7541 counts them.</summary>
    public HpackDynamicTable(int limit)
    {
        (_limit, _maximum) = (limit, limit);
        _ring = new HeaderField[Math.Max(1, limit / 32)];
    }

    public int Count { get; private set; }

    /// <summary>The field at an index from 0, the youngest.</summary>
    public HeaderField Get(int index) => _ring[(_next - 1 - index + (2 * _ring.Length)) % _ring.Length];

    /// <summary>Takes a size update; false when it asks for more than was allowed.</summary>
    public bool TryResize(int maximum)
    {
        if (maximum > _limit)
        {
            return false;
        }

        _maximum = maximum;
        Evict(0);
        return true;
    }

    public void Add(HeaderField field)
    {
        Evict(field.Size);
        if (field.Size > _maximum)
        {
            return; // RFC 7541 section 4.4: it empties the table and is no error.
        }

        _ring[_next] = field;
        _next = (_next + 1) % _ring.Length;
        _size += field.Size;
        Count++;
    }

    private void Evict(int coming)
    {
        while (Count > 0 && _size + coming > _maximum)
        {
            _size -= Get(Count - 1).Size;
            Count--;
        }
    }
}
