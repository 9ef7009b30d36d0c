using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Linux;

/// <summary>A pipe's end or a terminal as a stream that is read and written without holding a thread. Owns the descriptor.</summary>
public sealed class DescriptorStream : Stream
{
    private readonly SafeFileHandle _handle;

    /// <summary>Takes the descriptor, which from now on does not block.</summary>
    public DescriptorStream(SafeFileHandle handle)
    {
        _handle = handle;
        var flags = EventCalls.fcntl(handle, EventCalls.F_GETFL, 0);
        Mounts.Check(flags, "fcntl", string.Empty);
        Mounts.Check(EventCalls.fcntl(handle, EventCalls.F_SETFL, flags | EventCalls.O_NONBLOCK), "fcntl", string.Empty);
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>A second descriptor of the same thing.</summary>
    public DescriptorStream Duplicate()
    {
        var copy = EventCalls.fcntl(_handle, EventCalls.F_DUPFD_CLOEXEC, 3);
        Mounts.Check(copy, "fcntl", string.Empty);
        return new DescriptorStream(new SafeFileHandle(copy, ownsHandle: true));
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        while (true)
        {
            var count = (int)EventCalls.read(_handle, ref MemoryMarshal.GetReference(buffer.Span), (nuint)buffer.Length);
            if (count >= 0)
            {
                return count;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.EAGAIN:
                    await DescriptorEvents.WaitAsync(_handle, forWriting: false, cancellationToken);
                    break;
                case Errno.EINTR:
                    break;
                case Errno.EIO:
                    return 0; // What a terminal answers when nobody has its other side open any more.
                default:
                    throw LinuxException.Last("read", string.Empty);
            }
        }
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var count = (int)EventCalls.write(_handle, MemoryMarshal.GetReference(buffer.Span), (nuint)buffer.Length);
            if (count >= 0)
            {
                buffer = buffer[count..];
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error == Errno.EAGAIN)
            {
                await DescriptorEvents.WaitAsync(_handle, forWriting: true, cancellationToken);
            }
            else if (error != Errno.EINTR)
            {
                throw new LinuxException(error, "write", string.Empty);
            }
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Sets the size of the terminal; whoever runs in it is told (SIGWINCH).</summary>
    public void SetTerminalSize(int rows, int columns) => TerminalCalls.SetSize(_handle, rows, columns);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _handle.Dispose();
        }

        base.Dispose(disposing);
    }
}
