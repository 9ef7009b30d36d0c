using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Solver;
using Xunit;

namespace Cofferdam.UnitTests.Solver;

/// <summary>An operation that joins its name and what it reads, and counts what it is asked.</summary>
internal sealed class FakeOperation(FakeResultStore results, string name) : IOperation
{
    private int _keys;
    private int _runs;
    private int _running;

    public int Keys => _keys;

    public int Runs => _runs;

    /// <summary>How many runs were cancelled.</summary>
    public int Cancelled { get; private set; }

    /// <summary>Whether two runs were ever under way at once.</summary>
    public bool HasOverlapped { get; private set; }

    public OperationKey Key { get; set; } = OperationKey.Of(Digest.Of(name));

    /// <summary>By the name, so that graphs have both kinds.</summary>
    public bool HasKeyAtHand { get; } = name.Sum(letter => letter) % 3 > 0;

    public int Outputs { get; init; } = 1;

    public Exception? KeyFailure { get; set; }

    /// <summary>What it makes of its inputs; the default joins them behind its name.</summary>
    public Func<IReadOnlyList<string>, string>? Make { get; set; }

    /// <summary>Runs within a run.</summary>
    public Func<OperationContext, CancellationToken, Task>? During { get; set; }

    /// <summary>Set by the first run that begins.</summary>
    public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask<OperationKey> GetKeyAsync(OperationContext context, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _keys);
        Assert.NotEmpty(context.Jobs);
        return KeyFailure is null ? ValueTask.FromResult(Key) : throw KeyFailure;
    }

    public async Task<IReadOnlyList<IResult>> RunAsync(OperationContext context, IReadOnlyList<IResult> inputs, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _runs);
        HasOverlapped |= Interlocked.Increment(ref _running) > 1;
        Assert.NotEmpty(context.Jobs);
        Started.TrySetResult();
        try
        {
            await (During?.Invoke(context, cancellationToken) ?? Task.CompletedTask);
            var values = inputs.Select(input => ((FakeResult)input).Value).ToImmutableArray();
            var made = Make?.Invoke(values) ?? (values.IsEmpty ? name : $"{name}({string.Join(',', values)})");
            return [.. Enumerable.Range(0, Outputs).Select(i => results.Create(i == 0 ? made : $"{made}#{i}"))];
        }
        catch (OperationCanceledException)
        {
            Cancelled++;
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    /// <summary>Lets every run wait until it is cancelled.</summary>
    public FakeOperation NeverEnding()
    {
        During = (_, token) => Task.Delay(Timeout.Infinite, token);
        return this;
    }

    /// <summary>Reads each input by the content given, in the order of the inputs; null is by key.</summary>
    public FakeOperation ReadingByContent(params Func<string, string>?[] contents)
    {
        Key = Key with
        {
            Inputs = [.. contents.Select(content => content is null ? InputKey.Whole : new InputKey(null, (result, _) => ValueTask.FromResult(Digest.Of(content(((FakeResult)result).Value)))))],
        };
        return this;
    }
}
