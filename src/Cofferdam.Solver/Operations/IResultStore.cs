namespace Cofferdam.Solver;

/// <summary>Brings results back by their ids.</summary>
public interface IResultStore
{
    /// <summary>The result of that id, owned by the caller; null when it can no longer be had, which is a cache miss and no error.</summary>
    /// <remarks>Must be cheap: it checks that the parts are there and fetches nothing.</remarks>
    ValueTask<IResult?> LoadAsync(string id, CancellationToken cancellationToken);
}
