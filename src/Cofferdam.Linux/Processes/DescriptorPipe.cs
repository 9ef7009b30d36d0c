using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Linux;

/// <summary>A pipe: what is written to one end is read from the other.</summary>
/// <param name="Reader">The end to read.</param>
/// <param name="Writer">The end to write.</param>
public sealed record DescriptorPipe(SafeFileHandle Reader, SafeFileHandle Writer) : IDisposable
{
    /// <summary>Makes a pipe; no program that is started gets its ends unless they are given to it.</summary>
    public static DescriptorPipe Create()
    {
        var ends = new int[2];
        Mounts.Check(EventCalls.pipe2(ends, EventCalls.CLOEXEC), "pipe2", string.Empty);
        return new DescriptorPipe(new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Reader.Dispose();
        Writer.Dispose();
    }
}
