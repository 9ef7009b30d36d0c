using System.Text.RegularExpressions;
using System.Xml.Linq;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Structure;

/// <summary>The rules of docs/architecture.md that a compiler does not check.</summary>
public sealed partial class ArchitectureTests
{
    private const int MaxLines = 500;

    // What each project refers to; nothing may refer to one that comes later.
    private static readonly (string Project, string[] References)[] Projects =
    [
        ("Model", []),
        ("Protocol", ["Model"]),
        ("Dockerfile", ["Model", "Protocol"]),
        ("Solver", ["Model"]),
        ("Secrets", ["Model"]),
        ("Registry", ["Model"]),
        ("Linux", ["Model"]),
        ("Storage", ["Linux", "Model"]),
        ("Executor", ["Linux", "Model", "Secrets"]),
        ("Engine", ["Dockerfile", "Executor", "Registry", "Solver", "Storage"]),
        ("Daemon", ["Engine"]),
        ("Cli", ["Daemon"]),
    ];

    [Fact]
    public void References_AreThoseOfTheDocument()
    {
        var found = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(path => (Name(path), string.Join(' ', References(path).Order(StringComparer.Ordinal))));

        Assert.Equal(
            Projects.Select(project => (project.Project, string.Join(' ', project.References))).OrderBy(project => project.Project, StringComparer.Ordinal),
            found.OrderBy(project => project.Item1, StringComparer.Ordinal));
    }

    [Fact]
    public void References_PointUp()
    {
        for (var i = 0; i < Projects.Length; i++)
        {
            Assert.Subset(Projects[..i].Select(project => project.Project).ToHashSet(), Projects[i].References.ToHashSet());
        }
    }

    [Fact]
    public void Document_NamesEveryProjectInOrder()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs/architecture.md"));

        Assert.Equal(Projects.Select(project => project.Project), ProjectRow().Matches(text).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void NativeCalls_AreInLinuxOnly() =>
        Assert.All(
            Repository.Sources("src").Where(path => NativeCall().IsMatch(File.ReadAllText(path))),
            path => Assert.StartsWith(Path.Combine(Repository.Root, "src/Cofferdam.Linux/"), path, StringComparison.Ordinal));

    [Fact]
    public void Files_AreShort() => Assert.DoesNotContain(Repository.Sources("src"), path => File.ReadLines(path).Skip(MaxLines).Any());

    [Fact]
    public void Repository_NamesNoMachine() =>
        Assert.DoesNotContain(Repository.Sources("src").Concat(Repository.Sources("tests")), path => MachinePath().IsMatch(File.ReadAllText(path)));

    private static string Name(string path) => Path.GetFileNameWithoutExtension(path)["Cofferdam.".Length..];

    private static IEnumerable<string> References(string path) =>
        XDocument.Load(path).Descendants("ProjectReference").Where(reference => reference.Attribute("OutputItemType") is null).Select(reference => Name(reference.Attribute("Include")!.Value.Replace('\\', '/')));

    [GeneratedRegex(@"^\| `Cofferdam\.(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex ProjectRow();

    [GeneratedRegex(@"\[(LibraryImport|DllImport)\b|\bunsafe (class|struct|partial|static|void)\b")]
    private static partial Regex NativeCall();

    [GeneratedRegex("/work/(main|wt|shared)" + "/")]
    private static partial Regex MachinePath();
}
