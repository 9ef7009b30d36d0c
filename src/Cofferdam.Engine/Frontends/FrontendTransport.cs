using System.IO.Pipelines;
using System.Text;
using Cofferdam.Executor;

namespace Cofferdam.Engine;

/// <summary>A frontend's standard input and output as a stream of both directions; what it writes to standard error is log, of which the end is kept.</summary>
/// <remarks>What it writes to standard error once it has returned is no log any more: BuildKit's own frontends end with a stack trace when they have returned an error.</remarks>
internal sealed class FrontendTransport(IProcessIo log, Task returned) : Stream, IProcessIo
{
    private const int KeptCharacters = 2000;
    private const int KeptLines = 5;

    private readonly Pipe _toProcess = new();
    private readonly Pipe _fromProcess = new();
    private readonly StringBuilder _errors = new();
    private readonly byte[] _first = new byte[16];
    private int _firstLength;

    /// <inheritdoc/>
    public Stream? StandardInput => _toProcess.Reader.AsStream();

    /// <summary>The first bytes that the process wrote to its standard output.</summary>
    public ReadOnlySpan<byte> First => _first.AsSpan(0, _firstLength);

    /// <summary>Whether what it wrote so far is the beginning of a connection (RFC 9113, section 3.4).</summary>
    public bool IsHttp => "PRI * HTTP/2.0\r\n"u8.StartsWith(First);

    /// <summary>The last lines that the process wrote to its standard error.</summary>
    public string LastErrors
    {
        get
        {
            lock (_errors)
            {
                return string.Join('\n', _errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(KeptLines));
            }
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(int stream, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (stream != 1)
        {
            Keep(data.Span);
            if (!returned.IsCompleted)
            {
                await log.WriteAsync(stream, data, cancellationToken);
            }

            return;
        }

        var count = Math.Min(_first.Length - _firstLength, data.Length);
        data[..count].CopyTo(_first.AsMemory(_firstLength));
        _firstLength += count;
        if (IsHttp)
        {
            await _fromProcess.Writer.WriteAsync(data, cancellationToken); // What nobody reads any more is dropped.
        }
        else
        {
            await _fromProcess.Writer.CompleteAsync();
        }
    }

    /// <summary>The process has ended: nothing is read or written any more.</summary>
    public async Task EndAsync()
    {
        await _fromProcess.Writer.CompleteAsync();
        await _toProcess.Reader.CompleteAsync();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _fromProcess.Reader.ReadAsync(cancellationToken);
        var count = (int)Math.Min(buffer.Length, read.Buffer.Length);
        var taken = read.Buffer.Slice(0, count);
        var position = 0;
        foreach (var segment in taken)
        {
            segment.CopyTo(buffer[position..]);
            position += segment.Length;
        }

        _fromProcess.Reader.AdvanceTo(taken.End);
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if ((await _toProcess.Writer.WriteAsync(buffer, cancellationToken)).IsCompleted)
        {
            throw new IOException("the frontend has ended");
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
        // Written at once.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read asynchronously");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("write asynchronously");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // The process sees the end of its input, and what it still writes is dropped.
            _toProcess.Writer.Complete();
            _fromProcess.Reader.Complete();
        }

        base.Dispose(disposing);
    }

    private void Keep(ReadOnlySpan<byte> data)
    {
        lock (_errors)
        {
            _errors.Append(Encoding.UTF8.GetString(data));
            if (_errors.Length > KeptCharacters)
            {
                _errors.Remove(0, _errors.Length - KeptCharacters);
            }
        }
    }
}
