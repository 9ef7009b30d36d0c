namespace Cofferdam.UnitTests.Cli.SecretSources;

/// <summary>What a service answers.</summary>
internal sealed record SecretReply(int Status, string Body)
{
    /// <summary>A JSON text.</summary>
    public static string Quote(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
