using Cofferdam.Solver;
using Cofferdam.Testing;

namespace Cofferdam.UnitTests.Solver;

public sealed class MemoryCacheStoreTests : CacheStoreContract
{
    protected override ICacheStore Store { get; } = new MemoryCacheStore();
}
