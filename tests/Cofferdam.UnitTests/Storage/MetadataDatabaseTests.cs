using Cofferdam.Model;
using Cofferdam.Storage;
using Cofferdam.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Storage;

public sealed class MetadataDatabaseTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string DatabasePath => _directory["db.sqlite"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Records_OpenedAnew_AreThere()
    {
        var entry = new CacheEntry("layers:a", Digest.Of("identity"), _clock.GetUtcNow());
        await using (var database = Open())
        {
            await database.Cache.AddAsync(["k1", "k2"], entry, Token);
        }

        await using var again = Open();

        Assert.Equal([entry], again.Cache.Find("k2"));
    }

    [Fact]
    public async Task Cache_WithSeveralRecordsOfAKey_FindsTheNewestFirst()
    {
        await using var database = Open();
        var entries = Enumerable.Range(0, 3).Select(number => new CacheEntry($"r{number}", Digest.Of($"{number}"), _clock.GetUtcNow().AddSeconds(number))).ToList();
        foreach (var entry in (CacheEntry[])[entries[1], entries[2], entries[0]])
        {
            await database.Cache.AddAsync(["k", entry.ResultId], entry, Token);
        }

        Assert.Equal(["r2", "r1", "r0"], database.Cache.Find("k").Select(entry => entry.ResultId));
        Assert.Equal(2, await database.Cache.RemoveResultAsync("r2", Token));
        Assert.Equal(["r1", "r0"], database.Cache.Find("k").Select(entry => entry.ResultId));
        Assert.False(database.Cache.HasResult("r2"));
        Assert.Equal(["r0", "r1"], database.Cache.ListResults().Order());
    }

    [Fact]
    public async Task Layer_Touched_CountsItsUses()
    {
        await using var database = Open();
        var record = new LayerRecord(new LayerId("a")) { Created = _clock.GetUtcNow(), LastUsed = _clock.GetUtcNow(), Description = "RUN true", Type = LayerRecordType.LocalSource };
        await database.Layers.PutAsync(record, Token);
        _clock.Advance(TimeSpan.FromMinutes(1));

        await database.Layers.TouchAsync([new LayerId("a"), new LayerId("missing")], Token);
        await database.Layers.SetSizeAsync(new LayerId("a"), 17, Token);
        await database.Layers.SetDiffIdAsync(new LayerId("a"), Digest.Of("diff"), Token);

        Assert.Equal(record with { UsageCount = 1, LastUsed = _clock.GetUtcNow(), Size = 17, DiffId = Digest.Of("diff") }, Assert.Single(database.Layers.List()));
        Assert.Single(database.Layers.FindByDiffId(Digest.Of("diff")));
    }

    [Fact]
    public async Task Layer_Removed_TakesItsBlobsAndOriginWithIt()
    {
        await using var database = Open();
        var layer = new LayerId("a");
        var blob = new LayerBlob(Digest.Of("blob"), 5, Digest.Of("diff"), Compression.Zstd);
        await database.LayerBlobs.PutAsync(layer, blob, Token);
        await database.LayerBlobs.PutOriginsAsync([new LayerOrigin(layer, "m", Digest.Of("blob"), 5, Digest.Of("diff"), ["host/a"])], Token);
        await database.LayerBlobs.PutOriginsAsync([new LayerOrigin(layer, "m", Digest.Of("blob"), 5, Digest.Of("diff"), ["host/b"])], Token);
        Assert.Equal(blob, database.LayerBlobs.Find(layer, Compression.Zstd));
        Assert.Null(database.LayerBlobs.Find(layer, Compression.Gzip));
        Assert.Equal([layer], database.LayerBlobs.FindLayers(Digest.Of("blob")));
        Assert.Equal(["host/a", "host/b"], database.LayerBlobs.FindOrigin(layer)!.Repositories.Order());

        await database.Layers.RemoveAsync([layer], Token);

        Assert.Empty(database.LayerBlobs.List(layer));
        Assert.Null(database.LayerBlobs.FindOrigin(layer));
    }

    [Fact]
    public async Task Image_PutTwice_HasTheLaterTarget()
    {
        await using var database = Open();
        var target = new Descriptor { MediaType = "m", Digest = Digest.Of("2"), Size = 2 };
        await database.Images.PutAsync("host/name:tag", target with { Digest = Digest.Of("1") }, Token);
        await database.Images.PutAsync("host/name:tag", target, Token);

        Assert.Equal(new ImageRecord("host/name:tag", target, _clock.GetUtcNow()), Assert.Single(database.Images.List()));
        Assert.True(await database.Images.DeleteAsync("host/name:tag", Token));
        Assert.False(await database.Images.DeleteAsync("host/name:tag", Token));
        Assert.Null(database.Images.Find("host/name:tag"));
    }

    [Fact]
    public async Task CacheMountAndValue_RoundTrip()
    {
        await using var database = Open();
        var record = new CacheMountRecord("/root/.cache", "d1") { Sharing = "locked", Created = _clock.GetUtcNow(), LastUsed = _clock.GetUtcNow() };
        await database.CacheMounts.PutAsync(record, Token);
        await database.CacheMounts.TouchAsync(record.Id, 9, Token);
        await database.CacheMounts.TouchAsync(record.Id, null, Token);
        await database.Values.PutAsync("http", "address", [1, 2], Token);

        Assert.Equal(record with { Size = 9, UsageCount = 2 }, database.CacheMounts.Find(record.Id));
        Assert.Equal([1, 2], database.Values.Find("http", "address"));
        Assert.Null(database.Values.Find("git", "address"));
        Assert.Equal(["address"], database.Values.ListKeys("http"));
    }

    [Fact]
    public async Task Writes_AtOnce_AreAllThere()
    {
        await using var database = Open();

        await Task.WhenAll(Enumerable.Range(0, 2000).Select(number => database.Values.PutAsync("s", $"{number}", [1], Token).AsTask()));

        Assert.Equal(2000, database.Values.ListKeys("s").Count);
    }

    [Fact]
    public async Task Write_ThatFails_FailsAlone()
    {
        await using var database = Open();
        var bad = database.WriteAsync<int>(_ => throw new InvalidOperationException("bad"), Token).AsTask();
        var good = Enumerable.Range(0, 20).Select(number => database.Values.PutAsync("s", $"{number}", [1], Token).AsTask()).ToList();

        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        await Task.WhenAll(good);

        Assert.Equal(20, database.Values.ListKeys("s").Count);
    }

    [Fact]
    public async Task File_OfANewerVersion_IsRefusedAndLeftAlone()
    {
        await using (Open())
        {
        }

        Change("PRAGMA user_version=99");

        var error = Assert.Throws<CofferdamException>(Open);
        Assert.Equal(ErrorCode.StateIncompatible, error.Code);
        Assert.Contains($"version 99, this coffer reads up to {DatabaseSchema.CurrentVersion}", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(DatabasePath + ".damaged"));
    }

    [Fact]
    public async Task File_ThatIsNoDatabase_IsMovedAside()
    {
        await File.WriteAllTextAsync(DatabasePath, new string('x', 10_000), Token);

        await using var database = Open();
        await database.Values.PutAsync("s", "k", [1], Token);

        Assert.NotNull(database.Values.Find("s", "k"));
        Assert.True(File.Exists(DatabasePath + ".damaged"));
    }

    [Fact]
    public async Task File_DamagedInTheMiddle_ReadsAsEmptyAndIsMovedAsideAtTheNextStart()
    {
        await using (var database = Open())
        {
            await Task.WhenAll(Enumerable.Range(0, 2000).Select(number => database.Values.PutAsync("s", $"{number}", new byte[200], Token).AsTask()));
        }

        await using (var file = File.OpenWrite(DatabasePath))
        {
            file.Position = 8192;
            file.Write(Enumerable.Repeat((byte)0xa5, (int)file.Length - 8192).ToArray());
        }

        await using (var database = Open())
        {
            Assert.Empty(database.Values.ListKeys("s"));
        }

        await using var again = Open();
        await again.Values.PutAsync("s", "k", [1], Token);
        Assert.Equal(["k"], again.Values.ListKeys("s"));
        Assert.True(File.Exists(DatabasePath + ".damaged"));
    }

    [Fact]
    public async Task File_DamagedWhileItIsUsed_IsReplacedByTheNextWriteAndToldOfOnce()
    {
        await using (var database = Open())
        {
            await Task.WhenAll(Enumerable.Range(0, 2000).Select(number => database.Values.PutAsync("s", $"{number}", new byte[200], Token).AsTask()));
        }

        await using var used = Open();
        var replaced = new List<string>();
        used.Replaced += replaced.Add;
        await using (var file = File.OpenWrite(DatabasePath))
        {
            file.Position = 8192;
            file.Write(Enumerable.Repeat((byte)0xa5, (int)file.Length - 8192).ToArray());
        }

        await Task.WhenAll(Enumerable.Range(0, 50).Select(number => used.Values.PutAsync("t", $"{number}", [1], Token).AsTask()));

        Assert.Equal(50, used.Values.ListKeys("t").Count);
        Assert.Empty(used.Values.ListKeys("s"));
        Assert.Equal([DatabasePath + ".damaged"], replaced);
        Assert.True(File.Exists(replaced[0]));
    }

    private MetadataDatabase Open() => MetadataDatabase.Open(DatabasePath, _clock);

    private void Change(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
