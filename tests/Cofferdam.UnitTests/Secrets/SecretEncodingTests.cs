using System.Net;
using System.Security;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cofferdam.Secrets.Encodings;
using Xunit;

namespace Cofferdam.UnitTests.Secrets;

public sealed class SecretEncodingTests
{
    // A mark of every kind, a character that is two bytes, and enough that is random.
    private const string Value = "tk'9Q\"&<z>/+é~$ x7Lm:?;%wK!";
    private const string Lines = "first line 8f3Kq\n  second 'line' 77\nthird: \"x\" Zp0";
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly byte[] Bytes = Encoding.UTF8.GetBytes(Value);

    public static TheoryData<string, string> Cases()
    {
        var base64 = Convert.ToBase64String(Bytes);
        var longBase64 = Convert.ToBase64String(Encoding.UTF8.GetBytes("some text before, and then " + Value + " and after"));
        return new TheoryData<string, string>
        {
            { "as is", Value },
            { "base64", base64 },
            { "base64", Convert.ToBase64String(Encoding.UTF8.GetBytes("a" + Value + "b")) },
            { "base64", Convert.ToBase64String(Encoding.UTF8.GetBytes("ab" + Value + "c")) },
            { "base64", Wrap(longBase64, 64, "\n") },
            { "base64", Wrap(longBase64, 76, "\r\n") },
            { "base64", Wrap(longBase64, 20, "\n    ") },
            { "base64", Wrap(longBase64, 64, "\\n") },
            { "base64", Wrap(longBase64, 17, "\\\n") },
            { "base64url", base64.Replace('+', '-').Replace('/', '_').TrimEnd('=') },
            { "base64 twice", Convert.ToBase64String(Encoding.ASCII.GetBytes("{\"auth\":\"" + longBase64 + "\"}")) },
            { "base64 of UTF-16", Convert.ToBase64String(Encoding.Unicode.GetBytes("$x = '" + Value + "'")) },
            { "base64 in a URL", Uri.EscapeDataString(base64) },
            { "hex, lower case", Convert.ToHexStringLower(Bytes) },
            { "hex, lower case", Wrap(Convert.ToHexStringLower(Bytes), 16, "\n") },
            { "hex, upper case", Convert.ToHexString(Bytes) },
            { "percent-encoding", Uri.EscapeDataString(Value) },
            { "percent-encoding", "tk'9Q%22%26%3Cz%3E%2F%2B%C3%A9~%24%20x7Lm%3A%3F%3B%25wK!" },
            { "percent-encoding", "tk%279Q%22%26%3cz%3e/%2b%c3%a9~%24%20x7Lm%3a%3f%3b%25wK%21" },
            { "percent-encoding of every byte", string.Concat(Bytes.Select(one => $"%{one:X2}")) },
            { "percent-encoding of every byte", string.Concat(Bytes.Select(one => $"%{one:x2}")) },
            { "HTML form", WebUtility.UrlEncode(Value) },
            { "HTML form", "tk%279Q%22%26%3Cz%3E%2F%2B%C3%A9~%24+x7Lm%3A%3F%3B%25wK%21" },
            { "JSON string", JsonSerializer.Serialize(Value) },
            { "JSON string", JsonSerializer.Serialize(Value, Relaxed) },
            { "JSON string", "tk'9Q\\\"\\u0026\\u003cz\\u003e/+é~$ x7Lm:?;%wK!" },
            { "JSON string", "tk'9Q\\\"&<z>\\/+é~$ x7Lm:?;%wK!" },
            { "JSON string", "tk'9Q\\\"&<z>/+\\u00e9~$ x7Lm:?;%wK!" },
            { "XML or HTML", SecurityElement.Escape(Value)! },
            { "XML or HTML", "tk&#39;9Q&#34;&amp;&lt;z&gt;/+é~$ x7Lm:?;%wK!" },
            { "XML or HTML", "tk'9Q\"&amp;&lt;z&gt;/+é~$ x7Lm:?;%wK!" },
            { "XML or HTML", "tk&#x27;9Q&quot;&amp;&lt;z&gt;/+é~$ x7Lm:?;%wK!" },
            { "shell, single quotes", "'tk'\\''9Q\"&<z>/+é~$ x7Lm:?;%wK!'" },
            { "shell, single quotes", "'tk'\"'\"'9Q\"&<z>/+é~$ x7Lm:?;%wK!'" },
            { "shell, backslashes", "tk\\'9Q\\\"\\&\\<z\\>/+é~\\$\\ x7Lm:\\?\\;%wK\\!" },
            { "shell, backslashes", "\"tk'9Q\\\"&<z>/+é~\\$ x7Lm:?;%wK!\"" },
            { "YAML scalar", "'tk''9Q\"&<z>/+é~$ x7Lm:?;%wK!'" },
            { "YAML scalar", "\"tk'9Q\\\"&<z>/+\\xE9~$ x7Lm:?;%wK!\"" },
            { "C string", "b'tk\\'9Q\"&<z>/+\\xc3\\xa9~$ x7Lm:?;%wK!'" },
            { "C string", "tk'9Q\\\"&<z>/+\\303\\251~$ x7Lm:?;%wK!" },
            { "C string, every byte", string.Concat(Bytes.Select(one => $"\\x{one:x2}")) },
            { "C string, every byte", string.Concat(Bytes.Select(one => "\\" + Convert.ToString(one, 8).PadLeft(3, '0'))) },
            { "quoted-printable", "tk'9Q\"&<z>/+=C3=A9~$ x7Lm:?;%wK!" },
            { "quoted-printable", "tk'9Q\"&<z>/+=\r\n=C3=A9~$ x7=\nLm:?;%wK!" },
        };
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Value_Encoded_IsFoundUnderTheEncodingsName(string encoding, string encoded)
    {
        using var search = Searching.For(("token", Value));

        var matches = Searching.In(search, "some bytes before " + encoded + " and after");

        var match = Assert.Single(matches);
        Assert.Equal(("token", "whole", encoding), (match.SecretId, match.Form, match.Encoding));
    }

    [Theory]
    [InlineData("UTF-16 LE", false)]
    [InlineData("UTF-16 BE", true)]
    public void Value_Wide_IsFound(string encoding, bool isBig)
    {
        using var search = Searching.For(("token", Value));

        var match = Assert.Single(Searching.In(search, new UnicodeEncoding(isBig, false).GetBytes("before\u2014" + Value + " after")));

        Assert.Equal((encoding, 14L, Value.Length * 2), (match.Encoding, match.Offset, match.Length));
    }

    [Fact]
    public void Value_Reversed_IsFound()
    {
        using var search = Searching.For(("token", Value));

        Assert.Equal("reversed", Assert.Single(Searching.In(search, [0, .. Bytes.Reverse(), 0])).Encoding);
    }

    [Theory]
    [InlineData("key: |\n    first line 8f3Kq\n      second 'line' 77\n    third: \"x\" Zp0\n")]
    [InlineData("first line 8f3Kq\r\n  second 'line' 77\r\nthird: \"x\" Zp0")]
    public void ValueOfSeveralLines_IndentedAnew_IsFound(string text)
    {
        using var search = Searching.For(("file", Lines));

        Assert.Contains(Searching.In(search, text), match => match is { Form: "whole", Encoding: "lines broken anew" });
    }

    [Fact]
    public void EachEncoding_HasATest()
    {
        var tested = Cases().Select(row => row.Data.Item1).Concat(["UTF-16 LE", "UTF-16 BE", "reversed", "lines broken anew"]);

        Assert.Equal(SecretEncodings.All.Select(encoding => encoding.Name).Order(), tested.Distinct().Order());
    }

    [Fact]
    public void Value_ThatNothingEscapes_HasNoPatternTwice()
    {
        using var search = Searching.For(("token", "abcDEF0123456789xyz"));

        // As is and in soft lines, base64 and again for UTF-16 and twice, hex, %, C, UTF-16, reversed: the rest is equal to the plain form.
        Assert.InRange(search.Plan.Patterns, 25, 34);
    }

    [Fact]
    public void Documentation_ListsTheEncodings()
    {
        var table = string.Concat(SecretEncodings.All.Select(encoding => $"| {encoding.Name} | {encoding.Meaning.Replace("|", "\\|")} |\n"));
        var path = Path.Combine(RepositoryRoot(), "docs", "seal-encodings.md");
        var text = File.ReadAllText(path);
        var start = text.IndexOf("|---|---|\n", StringComparison.Ordinal) + 10;
        var end = text.IndexOf("\n\n", start, StringComparison.Ordinal) + 1;
        var wanted = text[..start] + table + text[end..];
        if (Environment.GetEnvironmentVariable("COFFER_ACCEPT") == "1")
        {
            File.WriteAllText(path, wanted);
        }

        Assert.Equal(wanted, File.ReadAllText(path));
    }

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Cofferdam.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }

    private static string Wrap(string text, int width, string lineEnd) => string.Join(lineEnd, text.Chunk(width).Select(line => new string(line)));
}
