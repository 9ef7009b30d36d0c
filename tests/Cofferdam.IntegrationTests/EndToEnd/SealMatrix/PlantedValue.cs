using System.Security.Cryptography;
using System.Text;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>A random value that tests plant where no secret may be.</summary>
internal sealed record PlantedValue(string Name, string Text)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    // What one or the other encoding treats in its own way.
    private static readonly string[] Marks = ["'", "\"", "&", "<", ">", "/", "+", "$", "é", "~", "?", ";", "%", "!", "\\", " ", "`", "|", "(", "*"];

    public byte[] Bytes => Encoding.UTF8.GetBytes(Text);

    // A tilde or a greater sign that is the third of three bytes makes base64 and base64url different.
    /// <summary>Eight bytes; a token; one with marks; 3 KiB of lines; 64 KiB of lines.</summary>
    public static IReadOnlyList<PlantedValue> All { get; } =
    [
        new("short", Random(2) + "~'" + Random(1) + "&\"" + Random(1)),
        new("token", "ghp_" + Random(36)),
        new("phrase", Random(6) + string.Concat(Marks.Select(mark => mark + Random(1)))),
        new("lines", Lines(3 * 1024)),
        new("big", Lines(64 * 1024)),
    ];

    /// <summary>Random letters and digits.</summary>
    public static string Random(int length) => RandomNumberGenerator.GetString(Letters, length);

    private static string Lines(int length)
    {
        var text = new StringBuilder();
        while (text.Length < length)
        {
            text.Append(Random(12)).Append(' ').Append(Random(9));
            for (var i = 0; i < 8; i++)
            {
                text.Append(RandomNumberGenerator.GetItems(Marks.AsSpan(), 1)[0]).Append(Random(4));
            }

            text.Append('\n');
        }

        return text.ToString(0, length - 4) + "\n" + Random(3);
    }
}
