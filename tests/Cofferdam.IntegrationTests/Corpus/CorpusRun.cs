using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cofferdam.IntegrationTests.EndToEnd;
using Cofferdam.Testing;

namespace Cofferdam.IntegrationTests.Corpus;

/// <summary>Builds cases by one builder after the other and tells what they make of them.</summary>
internal sealed partial class CorpusRun : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FileServer _files;
    private readonly string _base;
    private readonly JsonObject _baseConfig;
    private int _count;

    /// <param name="baseName">The base image's name, for BASE in the cases.</param>
    /// <param name="baseConfig">Its config.</param>
    public CorpusRun(string baseName, JsonObject baseConfig)
    {
        (_base, _baseConfig) = (baseName, baseConfig);
        _files = new FileServer(_directory.Path);
    }

    public void Dispose()
    {
        _files.Dispose();
        _directory.Dispose();
    }

    /// <summary>Builds a case; <paramref name="build"/> gets bash's words after <c>build</c> and the directory to run in.</summary>
    public async Task<string> DescribeAsync(CorpusCase sample, Func<string, string, Task<ProgramResult>> build)
    {
        var number = Interlocked.Increment(ref _count);
        var directory = Directory.CreateDirectory(_directory[$"{number}/context"]).FullName;
        var output = _directory[$"{number}/output"];
        string Replace(string text) => BaseName().Replace(text, _base).Replace("HTTP:", $"{_files.Address}/{number}/context", StringComparison.Ordinal);
        sample.Write(directory, Replace);
        if (sample.Prepare is { } prepare)
        {
            var prepared = await Programs.RunAsync("bash", new Dictionary<string, string>(), directory, null, "-euc", prepare);
            Xunit.Assert.True(prepared.ExitCode == 0, prepared.All);
        }

        var result = await build($"--progress plain --network host -o type={sample.Output},dest={output} {Replace(sample.Arguments)} {Replace(sample.Context)}", directory);
        if (result.ExitCode != 0)
        {
            return Normalize(FailureText.Describe(result.ExitCode, result.Error));
        }

        var text = new ImageText(sample.HasTimes, _baseConfig);
        return Normalize(sample.Output switch { "oci" => text.OfLayout(output), "tar" => text.OfTar(output), _ => text.OfDirectory(output) });
    }

    private string Normalize(string text) => ContextAddress().Replace(text.Replace(_base, "BASE", StringComparison.Ordinal).Replace(_files.Address, "HTTP", StringComparison.Ordinal), "HTTP:");

    [GeneratedRegex(@"\bBASE\b")]
    private static partial Regex BaseName();

    [GeneratedRegex(@"HTTP/\d+/context")]
    private static partial Regex ContextAddress();
}
