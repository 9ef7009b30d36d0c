using System.Runtime.InteropServices;
using Cofferdam.Linux;
using Xunit;

namespace Cofferdam.UnitTests.Linux;

public sealed class LockedMemoryTests
{
    [Fact]
    public void Memory_Allocated_IsZeroedAndNotDumped()
    {
        var memory = LockedMemory.Allocate(5000);
        try
        {
            var bytes = new byte[5000];
            Marshal.Copy(memory, bytes, 0, bytes.Length);
            Assert.All(bytes, value => Assert.Equal(0, value));
            var mapping = File.ReadAllText("/proc/self/smaps").Split('\n').SkipWhile(line => !line.StartsWith($"{memory:x}-", StringComparison.Ordinal));
            Assert.Contains(" dd ", mapping.First(line => line.StartsWith("VmFlags:", StringComparison.Ordinal)) + " ", StringComparison.Ordinal);
        }
        finally
        {
            LockedMemory.Free(memory, 5000);
        }
    }
}
