using Cofferdam.Linux;
using Cofferdam.Secrets;

namespace Cofferdam.Daemon;

/// <summary>Memory for secrets that is neither swapped nor dumped.</summary>
internal sealed class LockedSecretMemory : ISecretMemory
{
    public nint Allocate(int length) => LockedMemory.Allocate(length);

    public void Free(nint memory, int length) => LockedMemory.Free(memory, length);
}
