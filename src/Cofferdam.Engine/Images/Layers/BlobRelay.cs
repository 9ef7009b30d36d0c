using System.IO.Pipelines;

namespace Cofferdam.Engine;

/// <summary>Hands a download on to the one who unpacks it, while it comes. One who is not there in time reads the finished blob instead.</summary>
internal sealed class BlobRelay
{
    // What is kept for a reader that has not come yet; enough for most small layers.
    private const int MaxBuffered = 8 * 1024 * 1024;
    private const int SegmentBytes = 128 * 1024;

    private readonly Lock _lock = new(); // guards _isAttached and _isAbandoned
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 2 * MaxBuffered, resumeWriterThreshold: MaxBuffered, minimumSegmentSize: SegmentBytes, useSynchronizationContext: false));
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isAttached;
    private bool _isAbandoned;
    private long _published;

    /// <summary>It is known whether the download goes on from the middle; until then nobody gets it.</summary>
    internal void Begin() => _begun.TrySetResult();

    /// <summary>The download from its first byte on; null when the beginning is gone. Waits until that is known.</summary>
    internal async Task<Stream?> TryAttachAsync(CancellationToken cancellationToken)
    {
        await _begun.Task.WaitAsync(cancellationToken);
        lock (_lock)
        {
            _isAttached = !_isAbandoned;
            return _isAttached ? _pipe.Reader.AsStream() : null;
        }
    }

    /// <summary>Gives up handing on: the beginning cannot be had.</summary>
    internal void Abandon()
    {
        lock (_lock)
        {
            if (!_isAttached && !_isAbandoned)
            {
                _isAbandoned = true;
                _pipe.Writer.Complete();
                _pipe.Reader.Complete();
            }
        }
    }

    /// <summary>Hands a piece on; waits while the reader is far behind.</summary>
    internal async ValueTask PublishAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        _published += data.Length;
        if (_published > MaxBuffered)
        {
            Abandon(); // does nothing where a reader is there
        }

        lock (_lock)
        {
            if (_isAbandoned)
            {
                return;
            }
        }

        await _pipe.Writer.WriteAsync(data, cancellationToken);
    }

    /// <summary>Ends it: well, once the digest is verified, or with what went wrong.</summary>
    internal void Complete(Exception? failure)
    {
        Begin();
        lock (_lock)
        {
            if (!_isAbandoned)
            {
                _pipe.Writer.Complete(failure);
            }
        }
    }
}
