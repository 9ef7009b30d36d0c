using Cofferdam.Linux;
using Cofferdam.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Linux;

public sealed class FileLockTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Lock_Held_IsNotGivenTwice()
    {
        using (var first = FileLock.TryAcquire(_directory["lock"]))
        {
            Assert.NotNull(first);
            Assert.Null(FileLock.TryAcquire(_directory["lock"]));
        }

        using var second = FileLock.TryAcquire(_directory["lock"]);
        Assert.NotNull(second);
    }

    [Fact]
    public async Task Lock_Freed_GoesToTheOneWhoWaits()
    {
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.Zero };
        var first = FileLock.TryAcquire(_directory["lock"])!;
        var waiting = FileLock.AcquireAsync(_directory["lock"], clock, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);

        first.Dispose();
        clock.Advance(TimeSpan.FromSeconds(1));

        (await waiting).Dispose();
    }
}
