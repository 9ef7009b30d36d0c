namespace Cofferdam.Secrets.Memory;

/// <summary>Bytes of a secret that are put together one by one. What it grew out of is wiped.</summary>
internal sealed class SecretWriter : IDisposable
{
    private SecretBuffer _buffer = new(512);
    private int _length;

    /// <summary>What was written; valid until the next write.</summary>
    internal ReadOnlySpan<byte> Written => _buffer.Span[.._length];

    internal int Length => _length;

    internal void Add(byte value)
    {
        Grow(1);
        _buffer.Span[_length++] = value;
    }

    internal void Add(ReadOnlySpan<byte> values)
    {
        Grow(values.Length);
        values.CopyTo(_buffer.Span[_length..]);
        _length += values.Length;
    }

    /// <summary>Writes a code point as UTF-8.</summary>
    internal void AddRune(uint codePoint)
    {
        Span<byte> utf8 = stackalloc byte[4];
        var rune = System.Text.Rune.IsValid(codePoint) ? new System.Text.Rune(codePoint) : System.Text.Rune.ReplacementChar;
        Add(utf8[..rune.EncodeToUtf8(utf8)]);
    }

    internal void Reverse() => _buffer.Span[.._length].Reverse();

    /// <summary>Forgets all but the first bytes.</summary>
    internal void Cut(int length)
    {
        _buffer.Span[length.._length].Clear();
        _length = length;
    }

    public void Dispose() => _buffer.Dispose();

    private void Grow(int more)
    {
        if (_length + more <= _buffer.Length)
        {
            return;
        }

        var larger = new SecretBuffer(Math.Max(_buffer.Length * 2, _length + more));
        Written.CopyTo(larger.Span);
        _buffer.Dispose();
        _buffer = larger;
    }
}
