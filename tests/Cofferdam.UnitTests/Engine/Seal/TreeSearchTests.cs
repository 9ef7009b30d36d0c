using System.Text;
using Cofferdam.Engine;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Secrets;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Seal;

public sealed class TreeSearchTests : IDisposable
{
    private const string Secret = "gh7_Qx29vLmR4tWzK8pB1";

    private readonly SecretSearch _search = new([new SearchedSecret("word", new SecretValue(Encoding.ASCII.GetBytes(Secret)))]);
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Search_CleanTree_FindsNothing()
    {
        Directory.CreateDirectory(_directory["a/b"]);
        File.WriteAllText(_directory["a/b/c"], "nothing here");
        File.CreateSymbolicLink(_directory["a/link"], "b/c");

        var (tainted, message) = await SearchAsync(SealPolicy.Default, null);

        Assert.Empty(tainted);
        Assert.Null(message);
    }

    [Fact]
    public async Task Search_ValueInManyPlaces_NamesEachOnce()
    {
        File.WriteAllText(_directory["plain"], "it is " + Secret);
        using (var root = RootedDirectory.Open(_directory.Path))
        {
            root.MakeHardLink("plain", "second");
        }

        await using (var zstd = new ZstdSharp.CompressionStream(File.Create(_directory["a.zst"]), leaveOpen: false))
        {
            await zstd.WriteAsync(Encoding.ASCII.GetBytes("in zstd: " + Secret), Token);
        }

        File.CreateSymbolicLink(_directory["link"], "/x/" + Secret);
        Directory.CreateDirectory(_directory["d-" + Secret]);
        File.WriteAllText(_directory["d-" + Secret + "/clean"], "nothing here");

        var (tainted, message) = await SearchAsync(SealPolicy.Default, null);

        Assert.Equal(["a.zst", "d-" + Secret, "link", "plain"], tainted.Order(StringComparer.Ordinal));
        Assert.Equal(
            """
            secret "word" would leave the build: in "/at/(a name that holds a secret)" at byte 2 (whole, as is)
              and secret "word": in "/at/a.zst" at byte 18 (whole, as is)
              and secret "word": in "/at/a.zst!a" at byte 9 (whole, as is)
              and secret "word": in "/at/link (target of the link)" at byte 3 (whole, as is)
              and secret "word": in "/at/plain" at byte 6 (whole, as is)
            """,
            message);
    }

    // Written by xz and bzip2 themselves: "before gh7_Qx29vLmR4tWzK8pB1 after".
    [Theory]
    [InlineData("a.xz", "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAhYmVmb3JlIGdoN19ReDI5dkxtUjR0V3pLOHBCMSBhZnRlcgAAAA62VEMyTH1bAAE6IrYqT9AftvN9AQAAAAAEWVo=")]
    [InlineData("a.bz2", "QlpoOTFBWSZTWeSVZlMAAAgfgEAANOAQDDCAs8LVUCAAMUaGgAAAMDI0MT0jJ7U2pokGlWMFJ+BTw5ByB7Ky7kOuxwLuSKcKEhySrMpg")]
    public async Task Search_ForeignCompression_IsLookedInside(string name, string packed)
    {
        await File.WriteAllBytesAsync(_directory[name], Convert.FromBase64String(packed), Token);

        var (tainted, message) = await SearchAsync(SealPolicy.Default, null);

        Assert.Equal([name], tainted);
        Assert.Contains($"""in "/at/{name}!a" at byte 7 (whole, as is)""", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.xz", "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAhYmVmb3JlIGdoN19ReDI5dkxtUjR0V3pLOHBCMSBhZnRlcgAAAA62VEMyTH1bAAE6IrYqT9AftvN9AQAAAAAEWVo=")]
    [InlineData("a.bz2", "QlpoOTFBWSZTWeSVZlMAAAgfgEAANOAQDDCAs8LVUCAAMUaGgAAAMDI0MT0jJ7U2pokGlWMFJ+BTw5ByB7Ky7kOuxwLuSKcKEhySrMpg")]
    public async Task Search_DamagedForeignCompression_EndsAndGoesOn(string name, string packed)
    {
        var bytes = Convert.FromBase64String(packed);
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            var changed = bytes.ToArray();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            await File.WriteAllBytesAsync(_directory[$"{i}-{name}"], changed[..(i % 3 == 0 ? random.Next(changed.Length) : changed.Length)], Token);
        }

        await File.WriteAllTextAsync(_directory["z"], Secret, Token);

        var (tainted, _) = await SearchAsync(SealPolicy.Default, null);

        Assert.Contains("z", tainted);
    }

    [Fact]
    public async Task Search_FilesThatDidNotChangeSince_AreLeftOut()
    {
        File.WriteAllText(_directory["old"], Secret);

        var (tainted, _) = await SearchAsync(SealPolicy.Default, FileTime.From(TimeProvider.System.GetUtcNow().AddMinutes(1)));

        Assert.Empty(tainted);
    }

    [Fact]
    public async Task Search_AllowedFile_IsNoFinding()
    {
        File.WriteAllText(_directory["a"], Secret);
        File.WriteAllText(_directory["b"], Secret);
        var policy = SealPolicy.Read(new Dictionary<string, string> { [SealAttributes.Allowances] = "id=word,path=at/a" }, SealMode.Enforce);

        var (tainted, _) = await SearchAsync(policy, null);

        Assert.Equal(["b"], tainted);
    }

    public void Dispose()
    {
        _search.Dispose();
        _directory.Dispose();
    }

    private async Task<(IReadOnlyCollection<string> Tainted, string? Message)> SearchAsync(SealPolicy policy, FileTime? since)
    {
        var report = new LeakReport(policy);
        var tainted = await new TreeSearch(_search, report).SearchAsync(new SearchedTree(_directory.Path, "/at", since), Token);
        var error = Record.Exception(() => report.Tell(UnseenProgress.Instance));
        return (tainted, error?.Message);
    }
}
