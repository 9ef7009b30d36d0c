using System.Text.RegularExpressions;
using Cofferdam.Testing;

namespace Cofferdam.IntegrationTests.Corpus;

/// <summary>A build of the corpus: what it shows, the flags, the files of its context. See tests/corpus/README.md for the form of the file.</summary>
internal sealed partial class CorpusCase
{
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal);
    private readonly List<(string Header, string Content)> _files = [];

    private CorpusCase(string name) => Name = name;

    /// <summary>Where the cases are.</summary>
    public static string Root { get; } = Path.Combine(Repository.Root, "tests/corpus");

    /// <summary>The names of all cases, in order: the path below the corpus without its ending.</summary>
    public static IEnumerable<string> Names { get; } =
        [.. Directory.EnumerateFiles(Root, "*.case", SearchOption.AllDirectories).Select(path => Path.ChangeExtension(Path.GetRelativePath(Root, path), null)).Order(StringComparer.Ordinal)];

    /// <summary>The case's name.</summary>
    public string Name { get; }

    /// <summary>Flags of the build, in the shell's words.</summary>
    public string Arguments => _settings.GetValueOrDefault("args", string.Empty);

    /// <summary>The context, as the shell's words after the flags.</summary>
    public string Context => _settings.GetValueOrDefault("context", ".");

    /// <summary>What is run in the context's directory before the build, by bash; it makes what can't be written in the case.</summary>
    public string? Prepare => _settings.GetValueOrDefault("prepare");

    /// <summary>The kind of output that is compared: <c>oci</c>, <c>local</c> or <c>tar</c>.</summary>
    public string Output => _settings.GetValueOrDefault("output", "oci");

    /// <summary>Times are compared as well.</summary>
    public bool HasTimes => _settings.ContainsKey("times");

    /// <summary>Why our result is not Docker Engine's; null when it is to be the same.</summary>
    public string? Difference => _settings.GetValueOrDefault("differs");

    /// <summary>Why Docker Engine can't build it; null when it can.</summary>
    public string? Unlike => _settings.GetValueOrDefault("ours");

    /// <summary>Reads a case.</summary>
    public static CorpusCase Read(string name)
    {
        var result = new CorpusCase(name);
        List<string>? content = null;
        foreach (var line in File.ReadAllText(Path.Combine(Root, name + ".case")).Split('\n'))
        {
            if (FileHeader().Match(line) is { Success: true } header)
            {
                result.End(content);
                result._files.Add((header.Groups[1].Value, string.Empty));
                content = [];
            }
            else if (content is not null)
            {
                content.Add(line);
            }
            else if (Setting().Match(line) is { Success: true } setting)
            {
                var key = setting.Groups[1].Value;
                result._settings[key] = result._settings.TryGetValue(key, out var before) ? before + (key == "prepare" ? "\n" : " ") + setting.Groups[2].Value : setting.Groups[2].Value;
            }
        }

        result.End(content);
        return result;
    }

    /// <summary>Writes the context; <paramref name="replace"/> puts this machine's addresses into names and contents.</summary>
    public void Write(string directory, Func<string, string> replace)
    {
        foreach (var (header, content) in _files)
        {
            var words = header.Split(" -> ");
            var mode = FileMode().Match(words[0]);
            var path = Path.Combine(directory, mode.Success ? mode.Groups[1].Value : words[0]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (words.Length == 2)
            {
                File.CreateSymbolicLink(path, words[1]);
                continue;
            }

            if (path.EndsWith('/'))
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                File.WriteAllText(path, replace(content));
            }

            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(mode.Success ? mode.Groups[2].Value : path.EndsWith('/') ? "755" : "644", 8));
        }
    }

    private void End(List<string>? content)
    {
        if (content is not null)
        {
            var text = string.Join('\n', content);
            _files[^1] = (_files[^1].Header, text.Length == 0 || text.EndsWith('\n') ? text : text + "\n");
        }
    }

    [GeneratedRegex("^-- (.+) --$")]
    private static partial Regex FileHeader();

    [GeneratedRegex("^(args|context|prepare|output|times|differs|ours): ?(.*)$")]
    private static partial Regex Setting();

    [GeneratedRegex("^(.+) ([0-7]{3,4})$")]
    private static partial Regex FileMode();
}
