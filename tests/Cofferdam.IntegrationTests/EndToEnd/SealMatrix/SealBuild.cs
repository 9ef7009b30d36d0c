using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cofferdam.Secrets;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Builds with planted values.</summary>
internal static partial class SealBuild
{
    /// <summary>A base with a shell.</summary>
    public const string Tools = """
        FROM scratch AS tools
        COPY busybox /bin/busybox
        RUN ["/bin/busybox", "--install", "-s", "/bin"]
        RUN mkdir /tmp

        """;

    /// <summary>Builds; the secrets' ids are the values' names. Fails when a value is shown; returns the exit code and all that is shown, warnings whole.</summary>
    public static async Task<string> RunAsync(CofferCommand coffer, string dockerfile, IReadOnlyList<PlantedValue> values, params string[] arguments)
    {
        var secrets = new List<string>();
        foreach (var value in values)
        {
            var path = Path.Combine(coffer.Directory, "secret-" + value.Name);
            await File.WriteAllTextAsync(path, value.Text, TestContext.Current.CancellationToken);
            secrets.AddRange(["--secret", $"id={value.Name},src={path}"]);
        }

        await File.WriteAllTextAsync(Path.Combine(coffer.Context, "Dockerfile"), dockerfile, TestContext.Current.CancellationToken);
        var shown = Decode(await coffer.RunAsync(["build", "--progress", "rawjson", .. secrets, .. arguments, coffer.Context]));
        StateSearch.AssertClean(values, shown);
        return shown;
    }

    /// <summary>The places that a report names, each with the encoding.</summary>
    public static IReadOnlyList<(string Path, string Encoding)> Found(string shown) =>
        [.. Place().Matches(shown).Select(match => (match.Groups[1].Value, SearchPlan.Encodings.FirstOrDefault(one => match.Groups[2].Value.EndsWith(", " + one, StringComparison.Ordinal)) ?? "?"))];

    // Warnings and logs are in base64.
    private static string Decode(string shown)
    {
        var text = new StringBuilder();
        foreach (var line in shown.Split('\n'))
        {
            if (!line.StartsWith('{'))
            {
                text.Append(line).Append('\n');
                continue;
            }

            using var json = JsonDocument.Parse(line);
            Append(json.RootElement, text);
        }

        return text.ToString();
    }

    private static void Append(JsonElement element, StringBuilder text)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject().Where(member => member.Name != "sourceInfo"))
                {
                    if (member.Name is "short" or "data")
                    {
                        text.Append(Encoding.UTF8.GetString(member.Value.GetBytesFromBase64())).Append('\n');
                    }
                    else if (member.Name == "detail")
                    {
                        text.AppendJoin('\n', member.Value.EnumerateArray().Select(one => Encoding.UTF8.GetString(one.GetBytesFromBase64()))).Append('\n');
                    }
                    else
                    {
                        Append(member.Value, text);
                    }
                }

                break;
            case JsonValueKind.Array:
                element.EnumerateArray().ToList().ForEach(one => Append(one, text));
                break;
            default:
                text.Append(element.ToString()).Append('\n');
                break;
        }
    }

    [GeneratedRegex("""in "([^"]+)" at byte \d+ \((.+)\)$""", RegexOptions.Multiline)]
    private static partial Regex Place();
}
