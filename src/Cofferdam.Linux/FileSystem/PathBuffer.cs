using System.Buffers;
using System.Runtime.InteropServices;

namespace Cofferdam.Linux;

/// <summary>A name as zero-ended bytes for one call; short ones live in the caller's frame.</summary>
internal ref struct PathBuffer
{
    /// <summary>Bytes that a caller should reserve with <c>stackalloc</c>.</summary>
    internal const int StackSize = 512;

    private readonly Span<byte> _bytes;
    private byte[]? _rented;

    internal PathBuffer(ReadOnlySpan<char> name, Span<byte> space)
        : this(default, name, space)
    {
    }

    /// <summary>A path of a prefix (already bytes) and a name.</summary>
    internal PathBuffer(ReadOnlySpan<byte> prefix, ReadOnlySpan<char> name, Span<byte> space)
    {
        if (name.Contains('\0'))
        {
            throw new LinuxException(Errno.EINVAL, "name", "a name with a zero byte");
        }

        var needed = prefix.Length + PathBytes.MaxLength(name) + 1;
        if (needed > space.Length)
        {
            space = _rented = ArrayPool<byte>.Shared.Rent(needed);
        }

        prefix.CopyTo(space);
        Length = prefix.Length + PathBytes.Encode(name, space[prefix.Length..]);
        space[Length] = 0;
        _bytes = space;
    }

    internal int Length { get; }

    internal readonly ref byte First => ref MemoryMarshal.GetReference(_bytes);

    internal void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
            _rented = null;
        }
    }
}
