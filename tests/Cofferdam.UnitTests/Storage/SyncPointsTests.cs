using Cofferdam.Storage;
using Cofferdam.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Storage;

public sealed class SyncPointsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Start_WithoutAFile_SuspectsEverything() => Assert.Equal(DateTimeOffset.UnixEpoch, Open("boot").SuspectSince);

    [Fact]
    public async Task Start_AfterAnOrderlyEnd_SuspectsNothing()
    {
        await using (var points = Open("boot"))
        {
            points.Confirm();
            points.Note();
        }

        Assert.Null(Open("other").SuspectSince);
    }

    [Fact]
    public async Task Start_AfterAKill_SuspectsNothingInTheSameBoot()
    {
        await BeginAsync();

        Assert.Null(Open("boot").SuspectSince);
    }

    [Fact]
    public async Task Start_AfterALossOfPower_SuspectsWhatIsYoungerThanTheSyncPoint()
    {
        await BeginAsync();
        var point = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromSeconds(90));

        var suspect = Open("other").SuspectSince;

        Assert.NotNull(suspect);
        Assert.InRange(suspect.Value, point.AddMinutes(-2), point);
    }

    [Fact]
    public async Task Start_KilledBeforeTheSuspectsAreDealtWith_SuspectsAgain()
    {
        await BeginAsync();
        var first = Open("other").SuspectSince;

        Assert.Equal(first, Open("other").SuspectSince);
    }

    [Fact]
    public async Task Start_AfterTwoLosses_StillSuspectsWhatTheFirstMayHaveDamaged()
    {
        await BeginAsync();
        var point = _clock.GetUtcNow();
        var second = Open("second");
        second.Confirm();
        _clock.Advance(TimeSpan.FromSeconds(90));
        second.Note();

        Assert.InRange(Open("third").SuspectSince!.Value, DateTimeOffset.UnixEpoch, point);
    }

    private async Task BeginAsync()
    {
        var points = Open("boot");
        points.Confirm();
        await points.SyncAsync(TestContext.Current.CancellationToken);
        points.Note();
    }

    private SyncPoints Open(string boot) => SyncPoints.Open(_directory["SYNC"], boot, _clock);
}
