namespace Cofferdam.Storage;

/// <summary>A write with a result.</summary>
internal sealed class DatabaseWrite<T>(Func<SqliteSession, T> write) : IDatabaseWrite
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    /// <summary>The result, once it is committed.</summary>
    public Task<T> Completion => _completion.Task;

    public void Run(SqliteSession session) => _result = write(session);

    public void Complete() => _completion.TrySetResult(_result!);

    public void Fail(Exception exception) => _completion.TrySetException(exception);
}
