using Cofferdam.Cli.Parsing;
using Cofferdam.Model;

namespace Cofferdam.Cli.Build;

/// <summary>What <c>--call</c> and <c>--check</c> ask for.</summary>
/// <param name="Method">The request as the frontend knows it.</param>
/// <param name="IsJson">Whether the answer is for programs.</param>
/// <param name="IgnoresStatus">Whether what was found does not become the exit code.</param>
internal sealed record CallFlag(string Method, bool IsJson, bool IgnoresStatus)
{
    private static readonly string[] Methods = ["build", "check", "outline", "targets", "subrequests.describe", "convertllb"];

    /// <summary>Reads the flag's value; null means a build.</summary>
    public static CallFlag? Parse(string? text, bool isCheck)
    {
        var fields = CsvFields.Split(text ?? "build");
        var method = fields.Find(field => !field.Contains('=', StringComparison.Ordinal)) ?? "build";
        var flag = new CallFlag(string.Empty, false, false);
        foreach (var field in fields.Where(field => field.Contains('=', StringComparison.Ordinal)))
        {
            flag = CsvFields.Pair(field, "--call") switch
            {
                ("format", "json") => flag with { IsJson = true },
                ("format", "text" or "") => flag,
                ("ignorestatus", var value) => flag with { IgnoresStatus = value is "true" or "1" },
                (var key, var value) => throw new UsageException($"\"--call\" does not know {Quote.Text($"{key}={value}")}") { Hint = "write it as METHOD[,format=json][,ignorestatus=true]" },
            };
        }

        return (isCheck && method == "build" ? "check" : method) switch
        {
            "build" => null,
            "check" or "lint" => flag with { Method = "frontend.lint" },
            var name and ("outline" or "targets" or "subrequests.describe" or "convertllb") => flag with { Method = "frontend." + name },
            var name => throw new UsageException($"unknown method {Quote.Text(name)} of \"--call\"") { Hint = NearMatch.Find(name, Methods) is { } near ? $"did you mean {Quote.Text(near)}?" : $"it is one of {string.Join(", ", Methods)}" },
        };
    }
}
