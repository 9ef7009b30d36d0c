using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cofferdam.Secrets.Memory;

/// <summary>Native memory as a span: secrets are read where they are locked, and not copied to the heap for it.</summary>
internal static class NativeSpan
{
    internal static Span<byte> Of(nint memory, int length) =>
        MemoryMarshal.CreateSpan(ref Unsafe.AddByteOffset(ref Unsafe.NullRef<byte>(), memory), length);
}
