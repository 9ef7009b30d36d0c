namespace Cofferdam.Solver;

/// <summary>An output of a vertex: a reference counted handle on something that stays usable until the last handle is disposed.</summary>
public interface IResult : IAsyncDisposable
{
    /// <summary>A name by which <see cref="IResultStore.LoadAsync"/> has it again, in another process as well.</summary>
    string Id { get; }

    /// <summary>One more handle on the same thing, owned by the caller.</summary>
    IResult Clone();
}
