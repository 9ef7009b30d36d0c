using Cofferdam.Secrets.Search;

namespace Cofferdam.UnitTests.Secrets;

/// <summary>Releases a table at the end of a test.</summary>
internal sealed record TableLease(PatternTable Table) : IDisposable
{
    public void Dispose() => Table.Release();
}

internal static class TableLeases
{
    internal static TableLease Leased(this PatternTable table) => new(table);
}
