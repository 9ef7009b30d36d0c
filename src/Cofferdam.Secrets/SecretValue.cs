using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Cofferdam.Model;
using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets;

/// <summary>The bytes of a secret, outside the managed heap, wiped when disposed. Its text is <c>***</c>.</summary>
/// <remarks>The memory is locked and kept out of core dumps by the one <see cref="ISecretMemory"/> given at start; without one it is plain native memory.</remarks>
public sealed class SecretValue : IDisposable
{
    private readonly int _length;
    private nint _memory;

    /// <summary>Takes a copy of <paramref name="value"/>; the caller wipes its own.</summary>
    public SecretValue(ReadOnlySpan<byte> value)
    {
        if (value.Length > Limits.SecretBytes)
        {
            throw new InvalidInputException($"a secret of {value.Length} bytes is larger than the {Limits.SecretBytes} that are allowed");
        }

        _length = value.Length;
        _memory = Memory.Allocate(Math.Max(1, value.Length));
        value.CopyTo(NativeSpan.Of(_memory, value.Length));
    }

    /// <summary>How memory for values is had; set once at start.</summary>
    public static ISecretMemory Memory { get; set; } = new NativeSecretMemory();

    /// <summary>The size in bytes.</summary>
    public int Length => _length;

    /// <summary>Lets <paramref name="use"/> see the bytes; they must not be kept.</summary>
    public TResult Use<TState, TResult>(TState state, Func<ReadOnlyMemory<byte>, TState, TResult> use)
    {
        ObjectDisposedException.ThrowIf(_memory == 0, this);
        var copy = GC.AllocateArray<byte>(_length, pinned: true);
        try
        {
            Marshal.Copy(_memory, copy, 0, _length);
            return use(copy, state);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    /// <summary>The bytes where they lie; not to be used after <see cref="Dispose"/>.</summary>
    internal ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory == 0, this);
            return NativeSpan.Of(_memory, _length);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var memory = Interlocked.Exchange(ref _memory, 0);
        if (memory != 0)
        {
            Memory.Free(memory, Math.Max(1, _length));
        }
    }

    /// <inheritdoc/>
    public override string ToString() => "***";
}
