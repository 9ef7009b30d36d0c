using System.Diagnostics;
using System.Text;
using Cofferdam.Secrets;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Every encoding of the list, values of 8 bytes to 64 KiB, in the places a build has: planted by real steps, all found, none printed.</summary>
/// <remarks>COFFER_SEAL_MATRIX=all plants long values as every program writes them, and not one of each encoding.</remarks>
public sealed class SealMatrixTests : IDisposable
{
    private readonly CofferCommand _coffer = new();

    private static bool IsAll => Environment.GetEnvironmentVariable("COFFER_SEAL_MATRIX") == "all";

    public static TheoryData<string> Values => [.. PlantedValue.All.Select(value => value.Name)];

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Build_FilesWithAValueInEveryEncoding_AreAllReported(string name)
    {
        var value = PlantedValue.All.Single(one => one.Name == name);
        var files = await IndependentEncodings.WriteAsync(value, Directory.CreateDirectory(Path.Combine(_coffer.Context, "planted")).FullName);
        var isLong = value.Text.Length > 1000;
        Assert.All(SearchPlan.Encodings.Where(encoding => isLong || encoding != "lines broken anew"), encoding => Assert.Contains(files, file => file.Encoding == encoding));
        if (isLong && !IsAll)
        {
            files = [.. files.GroupBy(file => file.Encoding).Select(group => group.First())];
        }

        // A report shows twenty places: a step has the files of one encoding, or one that has many places.
        var dockerfile = new StringBuilder(SealBuild.Tools);
        foreach (var step in files.GroupBy(file => isLong ? file.Path : file.Encoding))
        {
            dockerfile.Append("RUN --mount=type=bind,target=/context --mount=type=secret,id=").Append(name).Append(" for f in ").AppendJoin(' ', step.Select(file => file.Path));
            dockerfile.Append("; do mkdir -p /m/${f%/*} && cp /context/planted/$f /m/$f; done\n");
        }

        var clock = Stopwatch.StartNew();
        var shown = await SealBuild.RunAsync(_coffer, dockerfile.ToString(), [value], "--seal", "warn", "--output", "type=cacheonly");

        Assert.StartsWith("exit 0", shown, StringComparison.Ordinal);
        var found = SealBuild.Found(shown);
        var failures = files.Where(file => !found.Any(one => one.Path == "/m/" + file.Path && Names(file, files).Contains(one.Encoding)))
            .Select(file => $"{file.Path} has {string.Join(" and ", found.Where(one => one.Path == "/m/" + file.Path).Select(one => one.Encoding))}").ToList();
        Assert.True(failures.Count == 0, string.Join('\n', failures));
        var exact = files.Count(file => found.Any(one => one.Path == "/m/" + file.Path && one.Encoding == file.Encoding));
        TestContext.Current.SendDiagnosticMessage(
            $"seal matrix, {name}: {files.Count} files of {value.Bytes.Length} bytes in {files.Select(file => file.Encoding).Distinct().Count()} encodings, all found, {exact} by the encoding's own name, in {clock.Elapsed.TotalSeconds:F0} s");
    }

    [Fact]
    public async Task Build_ValuesInArchives_AreAllReported()
    {
        var files = await WriteAsync("as is", "base64", "hex, upper case", "UTF-16 LE");
        var packed = await Programs.RunAsync("bash", new Dictionary<string, string>(), _coffer.Context, null, Path.Combine(AppContext.BaseDirectory, "EndToEnd/SealMatrix/pack.sh"), "planted", "packed");
        Assert.True(packed.ExitCode == 0, packed.Error);
        var archives = Directory.GetFiles(Path.Combine(_coffer.Context, "packed"), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Path.Combine(_coffer.Context, "packed"), path)).ToList();
        var dockerfile = new StringBuilder(SealBuild.Tools);
        foreach (var archive in archives)
        {
            dockerfile.Append("RUN --mount=type=bind,target=/context --mount=type=secret,id=token mkdir -p /p/").Append(Path.GetDirectoryName(archive)).Append(" && cp /context/packed/").Append(archive).Append(" /p/").Append(archive).Append('\n');
        }

        var shown = await SealBuild.RunAsync(_coffer, dockerfile.ToString(), Planted, "--seal", "warn", "--output", "type=cacheonly");

        Assert.StartsWith("exit 0", shown, StringComparison.Ordinal);
        var found = SealBuild.Found(shown);
        var failures = archives.Where(archive => !found.Any(one => one.Path.StartsWith($"/p/{archive}!", StringComparison.Ordinal) && PlantedFile.Slug(one.Encoding) == Path.GetDirectoryName(archive))).ToList();
        Assert.True(failures.Count == 0, "not found: " + string.Join(", ", failures));
        Assert.DoesNotContain("not searched inside", shown, StringComparison.Ordinal);
        TestContext.Current.SendDiagnosticMessage($"seal matrix, archives: {archives.Count} archives of {archives.Select(Path.GetFileName).Distinct().Count()} kinds with {files.Count} files, all found");
    }

    [Fact]
    public async Task Build_ValuesInAllOtherPlaces_AreAllReported()
    {
        var value = Planted[0];
        (string Encoding, string Text)[] texts =
        [
            ("as is", value.Text), ("base64", Convert.ToBase64String(value.Bytes).TrimEnd('=')), ("hex, lower case", Convert.ToHexStringLower(value.Bytes)),
            ("percent-encoding of every byte", string.Concat(value.Bytes.Select(one => $"%{one:X2}"))), ("reversed", new string([.. value.Text.Reverse()])),
        ];
        var tool = await Programs.RunAsync("sh", new Dictionary<string, string>(), _coffer.Context, null, "-c", "mkdir x && cp -L $(which setfattr) $(ldd $(which setfattr) | grep -o '/[^ ]*') x/");
        Assert.True(tool.ExitCode == 0, tool.All);
        var cases = 0;
        foreach (var (encoding, text) in texts)
        {
            await File.WriteAllTextAsync(Path.Combine(_coffer.Context, "text"), text, TestContext.Current.CancellationToken);
            const string With = "RUN --mount=type=bind,target=/c --mount=type=cache,target=/cache --mount=type=secret,id=token ";
            var shown = await SealBuild.RunAsync(
                _coffer,
                SealBuild.Tools + With + "cp /c/text /content\n" + With + "touch \"/n-$(cat /c/text)\"\n" + With + "ln -s \"$(cat /c/text)\" /link\n"
                + With + "touch /attribute && /c/x/ld-linux-* --library-path /c/x /c/x/setfattr -n user.note -v \"$(cat /c/text)\" /attribute\n"
                + With + "cp /c/text /cache/kept\n" + With + "cat /c/text; echo; (echo err; cat /c/text; echo) >&2\n"
                + $"ENV VARIABLE={text}\nLABEL label={text}\nCMD [\"run\", \"{text}\"]\nENTRYPOINT [\"/e-{text}\"]\n",
                [value],
                "--seal", "warn", "--output", "type=image,name=places,annotation.note=" + text);
            Assert.StartsWith("exit 0", shown, StringComparison.Ordinal);
            var found = SealBuild.Found(shown).Where(one => one.Encoding == encoding).Select(one => one.Path).ToList();
            string[] places =
            [
                "/content", "/(a name that holds a secret)", "/link (target of the link)", "/attribute (extended attribute)", "/cache/kept", "standard output", "standard error",
                "image config config.Env[", "image config config.Labels.label", "image config config.Cmd[", "image config config.Entrypoint[", "image config history[", "attribute of the output",
            ];
            Assert.All(places, place => Assert.True(found.Exists(one => one.StartsWith(place, StringComparison.Ordinal)), $"{encoding} is not found in {place} but in {string.Join(", ", found)}"));
            cases += places.Length;
        }

        TestContext.Current.SendDiagnosticMessage($"seal matrix, places: {cases} of {texts.Length} encodings, all found");
    }

    public void Dispose() => _coffer.Dispose();

    private static IReadOnlyList<PlantedValue> Planted => [PlantedValue.All[1]];

    // One file of each encoding.
    private async Task<IReadOnlyList<PlantedFile>> WriteAsync(params string[] encodings)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_coffer.Context, "all")).FullName;
        var files = await IndependentEncodings.WriteAsync(Planted[0], directory);
        files = [.. encodings.Select(encoding => files.First(file => file.Encoding == encoding))];
        foreach (var file in files)
        {
            var target = Directory.CreateDirectory(Path.Combine(_coffer.Context, "planted", PlantedFile.Slug(file.Encoding))).FullName;
            await File.WriteAllBytesAsync(Path.Combine(target, "file"), file.Content, TestContext.Current.CancellationToken);
        }

        return files;
    }

    // Another name is right where the encoding leaves the value as it is, or writes what another one does.
    private static HashSet<string> Names(PlantedFile file, IReadOnlyList<PlantedFile> files) =>
    [
        file.Encoding,
        .. files.Where(other => other.Content.AsSpan().SequenceEqual(file.Content)).Select(other => other.Encoding),
        .. file.Content.AsSpan().IndexOf(file.Value.Bytes) >= 0 ? (string[])["as is"] : [],
        .. file.Content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Convert.ToBase64String(file.Value.Bytes).TrimEnd('='))) >= 0 ? (string[])["base64"] : [],
    ];
}
