namespace Cofferdam.Secrets.Memory;

/// <summary>Bytes made from secrets, in the memory that secrets lie in; wiped when disposed.</summary>
internal sealed class SecretBuffer : IDisposable
{
    private readonly ISecretMemory _owner = SecretValue.Memory;
    private nint _memory;

    internal SecretBuffer(int length)
    {
        Length = length;
        _memory = _owner.Allocate(Math.Max(1, length));
        Span.Clear();
    }

    internal int Length { get; }

    /// <summary>The bytes; the span must not outlive this.</summary>
    internal Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory == 0, this);
            return NativeSpan.Of(_memory, Length);
        }
    }

    public void Dispose()
    {
        var memory = Interlocked.Exchange(ref _memory, 0);
        if (memory != 0)
        {
            _owner.Free(memory, Math.Max(1, Length));
        }
    }
}
