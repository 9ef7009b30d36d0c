using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Cofferdam.Model;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>What happens in one build, for any number of readers, each from the beginning. Thread-safe.</summary>
public sealed class BuildProgress(TimeProvider clock) : IProgressSink
{
    // Kept for readers that come late; a build's log can be larger, its reader then has only what comes after.
    private const int KeptLogBytes = 4 * 1024 * 1024;

    private readonly Lock _lock = new(); // guards what follows
    private readonly List<ProgressEvent> _events = [];
    private readonly List<ChannelWriter<ProgressEvent>> _readers = [];
    private int _logBytes;
    private bool _isCompleted;

    /// <inheritdoc/>
    public void Report(ProgressEvent progressEvent)
    {
        lock (_lock)
        {
            if (_isCompleted)
            {
                return;
            }

            _logBytes += progressEvent is ProgressEvent.LogWritten log ? log.Data.Length : 0;
            if (progressEvent is not ProgressEvent.LogWritten || _logBytes <= KeptLogBytes)
            {
                _events.Add(progressEvent);
            }

            foreach (var reader in _readers)
            {
                reader.TryWrite(progressEvent);
            }
        }
    }

    /// <summary>Ends it: readers end when they have had everything.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isCompleted = true;
            foreach (var reader in _readers)
            {
                reader.TryComplete();
            }
        }
    }

    /// <summary>Everything so far, then what comes, until the end.</summary>
    public async IAsyncEnumerable<ProgressEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<ProgressEvent>(new UnboundedChannelOptions { SingleReader = true });
        lock (_lock)
        {
            _events.ForEach(known => channel.Writer.TryWrite(known));
            if (_isCompleted)
            {
                channel.Writer.Complete();
            }
            else
            {
                _readers.Add(channel.Writer);
            }
        }

        try
        {
            await foreach (var progressEvent in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return progressEvent;
            }
        }
        finally
        {
            lock (_lock)
            {
                _readers.Remove(channel.Writer);
            }
        }
    }

    /// <summary>Does something that is no vertex of a graph (an export, a look-up) and shows it as one.</summary>
    /// <param name="id">Its identity in the build.</param>
    /// <param name="name">What users see.</param>
    /// <param name="work">What is done.</param>
    public async Task<T> RunStepAsync<T>(string id, string name, Func<IVertexProgress, Task<T>> work)
    {
        var digest = Digest.Of(id);
        var started = clock.GetUtcNow();
        var vertex = new ProgressEvent.VertexChanged(digest) { Name = name, Started = started };
        Report(vertex);
        try
        {
            var result = await work(new StepProgress(this, digest, clock));
            Report(vertex with { Completed = clock.GetUtcNow() });
            return result;
        }
        catch (Exception error)
        {
            Report(vertex with { Completed = clock.GetUtcNow(), Error = FailureText.Message(error) });
            throw;
        }
    }
}
