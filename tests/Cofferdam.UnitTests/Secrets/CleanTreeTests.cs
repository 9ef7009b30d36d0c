using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Cofferdam.Secrets;
using Xunit;

namespace Cofferdam.UnitTests.Secrets;

/// <summary>What clean builds have in them gives no alarm: a Debian tree, packages of Python, Perl, Node and .NET, searched for random secrets of all forms.</summary>
/// <remarks>By default for some seconds, from a random place on; COFFER_SEAL_CLEAN=all searches everything.</remarks>
public sealed class CleanTreeTests
{
    private const int Secrets = 100;

    private static readonly string[] Trees = ["/usr/lib/python3", "/usr/lib/python3.11", "/usr/lib/python3.13", "/usr/share", "/usr/lib/node_modules", "/usr/share/dotnet", "/usr/lib/dotnet"];
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task CleanTrees_SearchedForRandomSecrets_GiveNoAlarm()
    {
        var isAll = Environment.GetEnvironmentVariable("COFFER_SEAL_CLEAN") == "all";
        using var search = Searching.For([.. Enumerable.Range(0, Secrets).Select(number => ($"s{number}", Make(number)))]);
        var nested = new NestedSearch(search, new NestedLimits(), []);
        string[] files = [.. Trees.Where(Directory.Exists).SelectMany(tree => Directory.EnumerateFiles(tree, "*", Everything)).Distinct()];
        var clock = Stopwatch.StartNew();
        if (!isAll)
        {
            RandomNumberGenerator.Shuffle(files.AsSpan());
        }

        var (count, bytes, inflated, alarms) = (0, 0L, 0L, new List<string>());
        foreach (var file in files.TakeWhile(_ => isAll || clock.Elapsed < Bound))
        {
            await using var content = File.OpenRead(file);
            var report = await nested.SearchAsync(content, file, TestContext.Current.CancellationToken);
            (count, bytes, inflated) = (count + 1, bytes + report.Bytes, inflated + report.InflatedBytes);
            alarms.AddRange(report.Findings.Select(finding => finding.ToString()));
        }

        TestContext.Current.SendDiagnosticMessage($"seal clean: {count} of {files.Length} files, {bytes} bytes and {inflated} inside archives, {Secrets} secrets, {search.Plan.Patterns} patterns, {alarms.Count} alarms, {clock.Elapsed.TotalSeconds:F0} s");
        Assert.Empty(alarms);
        Assert.InRange(search.Plan.Secrets.Count(plan => plan.IsSearched), 80, Secrets); // seven random letters may be refused as a word
    }

    // What people and services make: of every form that is read, and plain ones from seven bytes on.
    private static string Make(int number) => (number % 12) switch
    {
        0 => Letters(7),
        1 => Letters(8),
        2 => "ghp_" + Letters(36),
        3 => RandomNumberGenerator.GetHexString(32, lowercase: true),
        4 => Guid.NewGuid().ToString(),
        5 => $"machine example.com login me password {Letters(12)}\n",
        6 => "{\"auths\":{\"example.com\":{\"auth\":\"" + Convert.ToBase64String(Encoding.ASCII.GetBytes("me:" + Letters(16))) + "\"}}}",
        7 => $"//example.com/:_authToken={Letters(24)}\nregistry=https://example.com/\n",
        8 => $"https://me:{Letters(14)}@example.com/path",
        9 => PemEncoding.WriteString("PRIVATE KEY", RandomNumberGenerator.GetBytes(1200)),
        10 => $"<settings><servers><server><username>me</username><password>{Letters(10)}</password></server></servers></settings>",
        _ => $"NAME=value\nAPI_KEY={Letters(20)}\nDATABASE_PASSWORD='{Letters(9)} {Letters(5)}'\n",
    };

    private static string Letters(int length) => RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", length);
}
