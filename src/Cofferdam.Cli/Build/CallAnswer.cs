using System.Text;
using System.Text.Json;
using Cofferdam.Cli.Errors;
using Cofferdam.Cli.Terminal;
using Cofferdam.Model;

namespace Cofferdam.Cli.Build;

/// <summary>Shows what the frontend answered, as buildx does.</summary>
/// <param name="flag">What was asked.</param>
/// <param name="metadata">The answer.</param>
/// <param name="dockerfile">The Dockerfile as the user sees it; null where it has no path here.</param>
internal sealed class CallAnswer(CallFlag flag, IDictionary<string, byte[]> metadata, string? dockerfile)
{
    /// <summary>Shows it and returns the exit code.</summary>
    public int Print(CommandConsole console)
    {
        var error = flag.Method == "frontend.lint" && metadata.TryGetValue("result.json", out var json) ? PrintChecks(json, console) : PrintText(console);
        if (error is not null)
        {
            return (int)ErrorPrinter.Print(error, console, interrupted: false);
        }

        return !flag.IgnoresStatus && int.TryParse(Text("result.statuscode"), out var code) ? code : 0;
    }

    private string Text(string key) => metadata.TryGetValue(key, out var value) ? Encoding.UTF8.GetString(value) : string.Empty;

    private CofferdamException? PrintText(CommandConsole console)
    {
        var text = flag.IsJson || !metadata.ContainsKey("result.txt") ? Text("result.json") : Text("result.txt");
        console.Output.Write(text.Length > 0 && !text.EndsWith('\n') ? text + "\n" : text);
        return null;
    }

    private CofferdamException? PrintChecks(byte[] json, CommandConsole console)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var count = root.TryGetProperty("warnings", out var warnings) && warnings.ValueKind == JsonValueKind.Array ? warnings.GetArrayLength() : 0;
        var source = root.GetProperty("sources")[0];
        var name = source.GetProperty("filename").GetString()!;
        var error = root.TryGetProperty("buildError", out var found) ? ToError(found, source.GetProperty("data").GetBytesFromBase64(), dockerfile ?? name) : null;
        if (flag.IsJson)
        {
            PrintText(console);
            return error;
        }

        var text = new StringBuilder();
        if (count > 0)
        {
            text.Append("Check complete, ").Append(count == 1 ? "1 warning has" : $"{count} warnings have").Append(" been found!\n");
            text.Append(Text("result.txt").Replace($"\n{name}:", $"\n{dockerfile ?? name}:", StringComparison.Ordinal));
            text.Append(error is null ? string.Empty : "\n");
        }
        else if (error is null)
        {
            text.Append("Check complete, no warnings found.\n");
        }

        console.Output.Write(text.ToString());
        return error;
    }

    private static CofferdamException ToError(JsonElement error, byte[] content, string name)
    {
        var ranges = error.TryGetProperty("location", out var location) && location.TryGetProperty("ranges", out var list)
            ? list.EnumerateArray().Select(range => new LineRange(Line(range, "start"), Line(range, "end"))).ToArray()
            : [];
        return new CofferdamException(ErrorCode.DockerfileMeaning, error.GetProperty("message").GetString()!) { Location = new SourceLocation(name, content, [.. ranges]) };
    }

    private static int Line(JsonElement range, string end) => range.TryGetProperty(end, out var position) && position.TryGetProperty("line", out var line) ? line.GetInt32() : 0;
}
