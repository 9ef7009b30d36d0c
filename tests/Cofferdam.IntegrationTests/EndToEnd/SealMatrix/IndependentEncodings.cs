using System.Net;
using System.Security;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cofferdam.Secrets;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Values in every encoding of the list, by programs and libraries that are none of Cofferdam.</summary>
internal static class IndependentEncodings
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes files below a directory.</summary>
    public static async Task<IReadOnlyList<PlantedFile>> WriteAsync(PlantedValue value, string directory)
    {
        var source = Path.Combine(directory, "value");
        var target = Path.Combine(directory, value.Name);
        await File.WriteAllTextAsync(source, value.Text, TestContext.Current.CancellationToken);
        var made = await Programs.RunAsync("bash", new Dictionary<string, string>(), directory, null, Path.Combine(AppContext.BaseDirectory, "EndToEnd/SealMatrix/encode.sh"), source, target);
        Assert.True(made.ExitCode == 0, made.Error);
        File.Delete(source);
        foreach (var (encoding, name, text) in Here(value))
        {
            Directory.CreateDirectory(Path.Combine(target, PlantedFile.Slug(encoding)));
            await File.WriteAllTextAsync(Path.Combine(target, PlantedFile.Slug(encoding), name), $"before {text} after\n", TestContext.Current.CancellationToken);
        }

        return [.. SearchPlan.Encodings.SelectMany(encoding => Files(value, target, encoding))];
    }

    private static IEnumerable<PlantedFile> Files(PlantedValue value, string target, string encoding)
    {
        var path = Path.Combine(target, PlantedFile.Slug(encoding));
        return Directory.Exists(path)
            ? Directory.GetFiles(path).Order(StringComparer.Ordinal).Select(file => new PlantedFile(value, encoding, Path.GetFileName(file), File.ReadAllBytes(file)))
            : [];
    }

    private static IEnumerable<(string Encoding, string Name, string Text)> Here(PlantedValue value)
    {
        yield return ("base64", "dotnet", Convert.ToBase64String(value.Bytes, Base64FormattingOptions.InsertLineBreaks));
        yield return ("hex, lower case", "dotnet", Convert.ToHexStringLower(value.Bytes));
        yield return ("hex, upper case", "dotnet", Convert.ToHexString(value.Bytes));
        yield return ("percent-encoding", "dotnet", Uri.EscapeDataString(value.Text));
        yield return ("HTML form", "dotnet", WebUtility.UrlEncode(value.Text));
        yield return ("JSON string", "dotnet", JsonSerializer.Serialize(value.Text));
        yield return ("JSON string", "dotnet-relaxed", JsonSerializer.Serialize(value.Text, Relaxed));
        yield return ("XML or HTML", "dotnet", SecurityElement.Escape(value.Text)!);
        yield return ("base64 of UTF-16", "dotnet", Convert.ToBase64String(Encoding.Unicode.GetBytes("$x = '" + value.Text + "'")));
    }
}
