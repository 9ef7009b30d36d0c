using Cofferdam.Secrets.Search;

namespace Cofferdam.Secrets;

/// <summary>The patterns of some secrets, ready to be searched in any number of streams at once.</summary>
/// <remarks>The patterns lie in <see cref="SecretValue.Memory"/>. Disposal wipes them, once the last scanner is disposed.</remarks>
public sealed class SecretSearch : IDisposable
{
    private readonly PatternTable _table;
    private int _disposed;

    /// <summary>Makes the patterns: some milliseconds for a handful of secrets. The values are not kept.</summary>
    public SecretSearch(IReadOnlyCollection<SearchedSecret> secrets) => (_table, Plan) = SearchCompiler.Compile(secrets);

    /// <summary>What is searched, for people and for the statement that goes out with an image.</summary>
    public SearchPlan Plan { get; }

    /// <summary>Whether there is nothing to search at all.</summary>
    public bool IsEmpty => _table.Count == 0;

    /// <summary>The most bytes that a match takes.</summary>
    public int LongestMatch => _table.MostExtent;

    /// <summary>Begins to search one stream of bytes as it is; the caller disposes the scanner.</summary>
    public SecretScanner OpenScanner() => new(_table);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _table.Dispose();
        }
    }
}
