using System.Runtime.InteropServices;

namespace Cofferdam.Secrets;

/// <summary>Plain native memory, wiped before it is freed.</summary>
internal sealed class NativeSecretMemory : ISecretMemory
{
    public nint Allocate(int length) => Marshal.AllocHGlobal(length);

    public void Free(nint memory, int length)
    {
        Marshal.Copy(new byte[length], 0, memory, length);
        Marshal.FreeHGlobal(memory);
    }
}
