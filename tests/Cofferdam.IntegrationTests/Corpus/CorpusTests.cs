using System.Text.RegularExpressions;
using Cofferdam.IntegrationTests.EndToEnd;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.IntegrationTests.Corpus;

/// <summary>The corpus: each case gives what Docker Engine was recorded to give, and the record is what Docker Engine gives. tests/corpus/README.md tells more.</summary>
[Collection(DaemonGroup.Name)]
public sealed partial class CorpusTests(CorpusFixture corpus) : IClassFixture<CorpusFixture>
{
    private static readonly string? Wanted = Environment.GetEnvironmentVariable("COFFER_CORPUS");
    private static readonly bool IsAccepting = Environment.GetEnvironmentVariable("COFFER_ACCEPT") == "1";

    /// <summary>What Cofferdam builds: three of four in every run, or what eng/compare was asked for.</summary>
    public static TheoryData<string> Built => [.. CorpusCase.Names.Where(name => Wanted is null ? Number(name) % 4 != 0 : IsWanted(name))];

    /// <summary>What Docker Engine builds: what fits into every run, or what eng/compare was asked for.</summary>
    public static TheoryData<string> Live => [.. CorpusCase.Names.Where(name => Wanted is null ? Number(name) % 24 == 1 : IsWanted(name))];

    [Theory]
    [MemberData(nameof(Live))]
    public async Task Record_IsWhatTheEngineGives(string name)
    {
        var sample = CorpusCase.Read(name);
        Assert.SkipWhen(sample.Unlike is not null, $"Docker Engine can't: {sample.Unlike}");

        var text = await corpus.BuildByEngineAsync(sample);

        Compare(name + ".docker", text);
    }

    [Theory]
    [MemberData(nameof(Built))]
    public async Task Build_GivesWhatIsRecorded(string name)
    {
        var sample = CorpusCase.Read(name);
        var isOwn = sample.Difference is not null || sample.Unlike is not null;

        var text = await corpus.BuildByCofferAsync(sample);
        if (!isOwn && Recorded(name + ".docker").Contains("\nline none\n", StringComparison.Ordinal))
        {
            text = AnyLine().Replace(text, "line none", 1); // To show the line where Docker Engine does not is no difference.
        }

        Compare(name + (isOwn ? ".coffer" : ".docker"), text, isOwn);
        if (sample.Difference is not null)
        {
            Assert.False(text == Recorded(name + ".docker"), "nothing differs: take out the case's line differs:");
        }
    }

    private static void Compare(string file, string text, bool mayRecord = true)
    {
        if (IsAccepting && mayRecord && Recorded(file) != text)
        {
            File.WriteAllText(Path.Combine(CorpusCase.Root, file), text);
            return;
        }

        if (Recorded(file) != text)
        {
            var given = Path.Combine(Repository.Root, "artifacts/corpus", file);
            Directory.CreateDirectory(Path.GetDirectoryName(given)!);
            File.WriteAllText(given, text);
        }

        Assert.Equal(Recorded(file), text);
    }

    private static string Recorded(string file) =>
        Path.Combine(CorpusCase.Root, file) is var path && File.Exists(path) ? File.ReadAllText(path) : "not recorded: run COFFER_ACCEPT=1 eng/compare\n";

    [GeneratedRegex(@"(?<=^exit \d+\n)line \d+")]
    private static partial Regex AnyLine();

    // Says nothing of a case but which it is.
    private static int Number(string name) => name.Sum(letter => letter);

    private static bool IsWanted(string name) => Wanted is "all" || Wanted!.Split(',').Any(part => name.Contains(part, StringComparison.Ordinal));
}
