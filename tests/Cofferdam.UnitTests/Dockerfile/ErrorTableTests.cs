using System.Text.RegularExpressions;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Dockerfile;

/// <summary>Every error that a Dockerfile can get before it runs, whole: the place, the lines, the message, what to do. COFFER_ACCEPT=1 writes the table anew.</summary>
public sealed partial class ErrorTableTests
{
    public static TheoryData<string> Names => [.. ErrorCase.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Build_WithMistake_SaysWhatWhereAndWhatToDo(string name)
    {
        if (Environment.GetEnvironmentVariable("COFFER_ACCEPT") == "1")
        {
            await Accepting.Value;
            return;
        }

        Assert.Equal(ErrorCase.All[name].Expected, await ErrorCase.All[name].DescribeAsync());
    }

    [Fact]
    public void Table_OfErrors_HasAPlaceAndAHintOrNearMatchInEach() =>
        Assert.All(ErrorCase.All.Values, item =>
        {
            Assert.True(item.Options.Any(option => option.Name is not "target") || item.Name.StartsWith("target", StringComparison.Ordinal) || item.Expected.StartsWith("Dockerfile:", StringComparison.Ordinal), $"{item.Name}: no line");
            Assert.True(item.Expected.Contains("\nhint: ", StringComparison.Ordinal) || item.Expected.Contains("(did you mean ", StringComparison.Ordinal), $"{item.Name}: neither hint nor near match");
        });

    // What an error begins with, as far as it is no value of the Dockerfile's, is in the table: an error that is added needs a case.
    [Fact]
    public void Sources_OfErrors_AreAllInTheTable()
    {
        var table = string.Concat(ErrorCase.All.Values.Select(item => item.Expected));
        var missing = Repository.Sources("src/Cofferdam.Dockerfile")
            .SelectMany(file => Thrown().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .Select(text => Value().Split(text).MaxBy(part => part.Length)!.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal))
            .Where(text => text.Length > 0 && !table.Contains(text, StringComparison.Ordinal) && !Untabled.Contains(text))
            .Order(StringComparer.Ordinal);

        Assert.Empty(missing);
    }

    private static readonly Lazy<Task> Accepting = new(ErrorCase.AcceptAsync);

    // What needs a definition of the client, or a Dockerfile of megabytes.
    private static readonly string[] Untabled = ["failed to parse input metadata ", "the Dockerfile's variables and ports come to more than "];

    [GeneratedRegex("""(?:DockerfileError\.(?:Syntax|Meaning)|\bError|InvalidInputException)\(\s*\$?"((?:[^"\\{]|\\.|\{[^}]*\})*)""")]
    private static partial Regex Thrown();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Value();
}
