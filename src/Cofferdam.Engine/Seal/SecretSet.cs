using System.Collections.Immutable;
using Cofferdam.Secrets;

namespace Cofferdam.Engine;

/// <summary>Secrets to be searched together.</summary>
/// <param name="search">The search, owned by this.</param>
/// <param name="values">Keyed hashes of the values, by which searched layers are remembered.</param>
internal sealed class SecretSet(SecretSearch search, ImmutableHashSet<string> values) : IDisposable
{
    /// <summary>The search.</summary>
    public SecretSearch Search { get; } = search;

    /// <summary>Keyed hashes of the values.</summary>
    public ImmutableHashSet<string> Values { get; } = values;

    /// <inheritdoc/>
    public void Dispose() => Search.Dispose();
}
