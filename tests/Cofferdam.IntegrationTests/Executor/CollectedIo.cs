using System.Text;
using Cofferdam.Executor;

namespace Cofferdam.IntegrationTests.Executor;

/// <summary>Keeps what a process writes.</summary>
internal sealed class CollectedIo(Stream? input = null) : IProcessIo
{
    private readonly Lock _lock = new(); // guards the builders
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly Dictionary<string, TaskCompletionSource> _expected = [];

    public Stream? StandardInput => input;

    public string Output
    {
        get
        {
            lock (_lock)
            {
                return _output.ToString();
            }
        }
    }

    public string Errors
    {
        get
        {
            lock (_lock)
            {
                return _errors.ToString();
            }
        }
    }

    public ValueTask WriteAsync(int stream, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            (stream == 1 ? _output : _errors).Append(Encoding.UTF8.GetString(data.Span));
            foreach (var (text, seen) in _expected)
            {
                if (_output.ToString().Contains(text, StringComparison.Ordinal))
                {
                    seen.TrySetResult();
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    public Task WaitForAsync(string text, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _expected[text] = seen;
            if (_output.ToString().Contains(text, StringComparison.Ordinal))
            {
                seen.TrySetResult();
            }

            return seen.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
        }
    }
}
