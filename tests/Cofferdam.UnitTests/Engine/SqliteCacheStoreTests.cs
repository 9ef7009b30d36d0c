using Cofferdam.Engine;
using Cofferdam.Solver;
using Cofferdam.Storage;
using Cofferdam.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Engine;

public sealed class SqliteCacheStoreTests : CacheStoreContract, IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MetadataDatabase _database;

    public SqliteCacheStoreTests()
    {
        _database = MetadataDatabase.Open(_directory["db.sqlite"], new FakeTimeProvider());
        Store = new SqliteCacheStore(_database.Cache);
    }

    protected override ICacheStore Store { get; }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _directory.Dispose();
    }
}
