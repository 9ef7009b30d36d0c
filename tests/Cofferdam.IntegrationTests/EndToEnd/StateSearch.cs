using System.Globalization;
using System.Text;
using Cofferdam.Engine;
using Cofferdam.Secrets;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Looks for planted values, in all encodings and inside archives, where a daemon keeps and shows things.</summary>
internal static class StateSearch
{
    private static readonly INestedDecoder[] Decoders = [new ZstdNestedDecoder(), new XzNestedDecoder(), new Bzip2NestedDecoder()];

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = 0, ReturnSpecialDirectories = false, IgnoreInaccessible = true };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Fails when a text holds a value.</summary>
    public static void AssertClean(IEnumerable<PlantedValue> values, string text)
    {
        using var search = Open(values);
        using var scanner = search.OpenScanner();
        scanner.Append(Encoding.UTF8.GetBytes(text));
        Assert.Empty(scanner.Finish().Select(match => $"{match.SecretId} ({match.Form}, {match.Encoding}) at {match.Offset}"));
    }

    /// <summary>Fails when a value is in the state directory, which has the daemon's log, or in the daemon's command line, environment and open files; returns how many files were searched.</summary>
    /// <param name="root">The state directory.</param>
    /// <param name="daemon">The daemon's process id; zero when it has ended.</param>
    /// <param name="values">What was planted.</param>
    public static async Task<int> AssertNowhereAsync(string root, int daemon, params PlantedValue[] values)
    {
        using var search = Open(values);
        var nested = new NestedSearch(search, new NestedLimits(), Decoders);
        var found = new List<string>();
        var files = 0;
        foreach (var path in Files(root).Concat(daemon == 0 ? [] : OfProcess(daemon)))
        {
            files++;
            found.AddRange(await SearchAsync(nested, path));
        }

        foreach (var path in Directory.EnumerateFileSystemEntries(root, "*", Everything))
        {
            // A name, and the target of a link.
            var text = Path.GetFileName(path) + "\n" + new FileInfo(path).LinkTarget;
            using var scanner = search.OpenScanner();
            scanner.Append(Encoding.UTF8.GetBytes(text));
            found.AddRange(scanner.Finish().Select(match => $"the name of an entry of {Path.GetDirectoryName(path)}: {match.Encoding}"));
        }

        Assert.Empty(found);
        foreach (var line in values.SelectMany(value => value.Text.Split('\n')).Where(line => line.Length > 7).Take(8))
        {
            // Another program's word on it.
            var grep = await Programs.RunAsync("grep", new Dictionary<string, string>(), root, null, "-raFl", "-D", "skip", "-e", line, root);
            Assert.True(grep.ExitCode == 1, grep.All);
        }

        return files;
    }

    private static SecretSearch Open(IEnumerable<PlantedValue> values) => new([.. values.Select(value => new SearchedSecret(value.Name, new SecretValue(value.Bytes)))]);

    private static IEnumerable<string> Files(string root) =>
        Directory.EnumerateFiles(root, "*", Everything).Where(path => new FileInfo(path) is { LinkTarget: null, Length: > 6 });

    private static IEnumerable<string> OfProcess(int daemon)
    {
        var process = string.Create(CultureInfo.InvariantCulture, $"/proc/{daemon}");
        string[] own = [process + "/environ", process + "/cmdline", process + "/maps", process + "/mountinfo"];
        return own.Concat(Directory.EnumerateFileSystemEntries(process + "/fd").Where(IsFile));
    }

    private static bool IsFile(string descriptor)
    {
        var target = new FileInfo(descriptor).LinkTarget;

        // The runtime's memory for compiled code is a file of terabytes without content.
        return target is not null && target.StartsWith('/') && !target.StartsWith("/memfd:doublemapper", StringComparison.Ordinal) && !target.StartsWith("/dev/", StringComparison.Ordinal) && !target.StartsWith("/proc/", StringComparison.Ordinal)
            && !target.StartsWith("/sys/", StringComparison.Ordinal) && File.Exists(descriptor) && new FileInfo(target) is not { Exists: true, Length: < 7 }; // among these what is locked
    }

    private static async Task<IEnumerable<string>> SearchAsync(NestedSearch nested, string path)
    {
        try
        {
            await using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var report = await nested.SearchAsync(content, path, Token);
            return report.Findings.Select(finding => finding.ToString());
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return []; // gone meanwhile
        }
    }
}
