using System.Collections.Specialized;
using System.Text.Json;
using Xunit;

namespace Cofferdam.UnitTests.Cli.SecretSources;

/// <summary>What a service was asked.</summary>
internal sealed record SecretRequest(string Method, string Target, NameValueCollection Headers, byte[] Body)
{
    /// <summary>The body as text.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    /// <summary>The fields of a body that is a form.</summary>
    public Dictionary<string, string> Form
    {
        get
        {
            Assert.Equal("application/x-www-form-urlencoded", Headers["Content-Type"]);
            return Text.Split('&').Select(entry => entry.Split('=')).ToDictionary(entry => Uri.UnescapeDataString(entry[0]), entry => Uri.UnescapeDataString(entry[1].Replace('+', ' ')));
        }
    }

    /// <summary>The members of a body that is a JSON object.</summary>
    public Dictionary<string, JsonElement> Json => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Body)!;
}
