using Cofferdam.Model;
using Cofferdam.Solver;
using Xunit;

namespace Cofferdam.Testing;

/// <summary>What every cache store does.</summary>
public abstract class CacheStoreContract
{
    private static readonly DateTimeOffset s_created = DateTimeOffset.UnixEpoch.AddYears(60);

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract ICacheStore Store { get; }

    [Fact]
    public async Task Key_NeverAdded_HasNoRecords() => Assert.Empty(await Store.FindAsync(Key("nothing"), Token));

    [Fact]
    public async Task Record_AddedUnderSeveralKeys_IsFoundByEach()
    {
        var record = Record("r1", 0);

        await Store.AddAsync([Key("a"), Key("b")], record, Token);

        Assert.Equal([record], await Store.FindAsync(Key("a"), Token));
        Assert.Equal([record], await Store.FindAsync(Key("b"), Token));
    }

    [Fact]
    public async Task Records_OfOneKey_AreFoundNewestFirst()
    {
        await Store.AddAsync([Key("a")], Record("r2", 2), Token);
        await Store.AddAsync([Key("a")], Record("r3", 3), Token);
        await Store.AddAsync([Key("a")], Record("r1", 1), Token);

        Assert.Equal(["r3", "r2", "r1"], (await Store.FindAsync(Key("a"), Token)).Select(record => record.ResultId));
    }

    [Fact]
    public async Task Record_OfTheSameResultAddedAgain_TakesItsPlace()
    {
        await Store.AddAsync([Key("a")], Record("r1", 1), Token);

        await Store.AddAsync([Key("a")], Record("r1", 2), Token);

        Assert.Equal([Record("r1", 2)], await Store.FindAsync(Key("a"), Token));
    }

    [Fact]
    public async Task Result_Removed_IsFoundByNoKey()
    {
        await Store.AddAsync([Key("a"), Key("b")], Record("gone", 1), Token);
        await Store.AddAsync([Key("b")], Record("kept", 2), Token);

        await Store.RemoveResultAsync("gone", Token);

        Assert.Empty(await Store.FindAsync(Key("a"), Token));
        Assert.Equal([Record("kept", 2)], await Store.FindAsync(Key("b"), Token));
    }

    [Fact]
    public async Task Result_RemovedAndAddedAgain_IsFound()
    {
        await Store.AddAsync([Key("a")], Record("r1", 1), Token);
        await Store.RemoveResultAsync("r1", Token);

        await Store.AddAsync([Key("b")], Record("r1", 2), Token);

        Assert.Empty(await Store.FindAsync(Key("a"), Token));
        Assert.Equal([Record("r1", 2)], await Store.FindAsync(Key("b"), Token));
    }

    [Fact]
    public async Task Result_NeverAdded_IsRemovedWithoutError() => await Store.RemoveResultAsync("nothing", Token);

    [Fact]
    public async Task Store_UsedByManyAtOnce_LosesNothing()
    {
        await Parallel.ForAsync(0, 200, Token, async (i, token) =>
        {
            await Store.AddAsync([Key($"k{i}"), Key("all")], Record($"r{i}", i), token);
            if (i % 2 == 1)
            {
                await Store.RemoveResultAsync($"r{i}", token);
            }
        });

        Assert.Equal(100, (await Store.FindAsync(Key("all"), Token)).Count);
        Assert.Equal([Record("r42", 42)], await Store.FindAsync(Key("k42"), Token));
    }

    private static Digest Key(string text) => Digest.Of(text);

    private static CacheRecord Record(string resultId, int seconds) => new(resultId, Digest.Of("identity of " + resultId), s_created.AddSeconds(seconds));
}
