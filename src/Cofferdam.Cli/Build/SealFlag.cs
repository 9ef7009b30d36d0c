using Cofferdam.Cli.Parsing;
using Cofferdam.Model;

namespace Cofferdam.Cli.Build;

/// <summary>Reads <c>--seal</c> and <c>--seal-allow</c>.</summary>
internal static class SealFlag
{
    /// <summary>The mode as the daemon knows it; throws <see cref="UsageException"/>.</summary>
    public static string? Check(string? mode) => mode is null or "enforce" or "warn" or "off"
        ? mode
        : throw new UsageException($"invalid value {Quote.Text(mode)} of \"--seal\"") { Hint = "it is enforce, warn or off" };

    /// <summary>An exception as the daemon knows it; throws <see cref="UsageException"/>.</summary>
    public static string CheckAllowance(string text)
    {
        var fields = CsvFields.Split(text).Select(field => CsvFields.Pair(field, "--seal-allow")).ToList();
        return fields.Exists(field => field is { Key: "id", Value.Length: > 0 }) && fields.TrueForAll(field => field is { Key: "id" or "path", Value.Length: > 0 })
            ? text
            : throw new UsageException($"invalid exception {Quote.Text(text)} of \"--seal-allow\"") { Hint = "write it as id=ID[,path=GLOB]" };
    }
}
