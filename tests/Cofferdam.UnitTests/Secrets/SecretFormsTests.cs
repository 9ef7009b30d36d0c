using System.Text;
using Cofferdam.Secrets.Forms;
using Xunit;

namespace Cofferdam.UnitTests.Secrets;

public sealed class SecretFormsTests
{
    private const string Pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n-----END PRIVATE KEY-----\n";
    private const string PemBody = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";

    [Theory]
    [InlineData("netrc password", "s3cr3tPw")]
    [InlineData("netrc user:password", "bot:s3cr3tPw")]
    [InlineData("netrc `login … password …`", "login bot password s3cr3tPw")]
    [InlineData("netrc `login … password …` as written", "login bot\n  password s3cr3tPw")]
    [InlineData("netrc password 2", "other pw")]
    public void Netrc_Entries_AreParts(string form, string text) =>
        AssertPart("machine a.example.test\n  login bot\n  password s3cr3tPw\nmachine b.example.test login x password \"other pw\"\n", form, text);

    [Theory]
    [InlineData("{\"token\": \"ab\\\"c\\u00e9\\n1\"}", "JSON token", "ab\"cé\n1")]
    [InlineData("{\"auths\":{\"r.example.test\":{\"auth\":\"dXNlcjpwYXNzMTIzNA==\"}}}", "JSON auth password", "pass1234")]
    [InlineData("{\"auths\":{\"r.example.test\":{\"auth\":\"dXNlcjpwYXNzMTIzNA==\"}}}", "JSON auth user:password", "user:pass1234")]
    [InlineData("{\"private_key\": \"-----BEGIN PRIVATE KEY-----\\nAAAABBBBCCCC\\n-----END PRIVATE KEY-----\\n\"}", "PEM body", "AAAABBBBCCCC")]
    [InlineData("[section]\npassword = \"a \\\"b\\\" c\"\n", "key and value password", "a \"b\" c")]
    [InlineData("aws_access_key_id = AKIAQWERTY\naws_secret_access_key = wJalr/bPx\n", "key and value secret", "wJalr/bPx")]
    [InlineData("export API_TOKEN='it''s x9'\n", "key and value token", "it''s x9")]
    [InlineData("//r.example.test/:_authToken=npm_AbC123\n", "key and value _authtoken", "npm_AbC123")]
    [InlineData("//r.example.test/:_password=cGFzczEyMzQ=\n", "key and value password decoded", "pass1234")]
    [InlineData("_auth=dXNlcjpwYXNzMTIzNA==\n", "key and value auth user:password", "user:pass1234")]
    [InlineData("[global]\nindex-url = https://u%40x:p%2Fw12345@i.example.test/simple\n", "URL password", "p%2Fw12345")]
    [InlineData("[global]\nindex-url = https://u%40x:p%2Fw12345@i.example.test/simple\n", "URL decoded user:password", "u@x:p/w12345")]
    [InlineData("db:\n  password: 'x y z'\n  host: a\n", "key and value password", "x y z")]
    [InlineData("key: \"a\\x41\"\npassword: q # note\n", "key and value password 2", "q")]
    [InlineData("token = \"\"\"\nab\ncd\"\"\"\n", "key and value token", "ab\ncd")]
    [InlineData("<settings><servers><server><password>a&amp;b&#x41;</password></server></servers></settings>", "XML password", "a&bA")]
    [InlineData("<configuration><add key=\"ClearTextPassword\" value=\"x&quot;y\" /></configuration>", "XML password", "x\"y")]
    [InlineData("bob:hunter22x", "user:password password", "hunter22x")]
    [InlineData("postgres://app:Zx81!q@db.example.test/x", "URL password", "Zx81!q")]
    [InlineData("https://hooks.example.test/T00/B00/abc?token=Qq12", "URL query value", "Qq12")]
    [InlineData("one1\ntwo2\n", "line 2", "two2")]
    public void Text_OfAFormat_HasItsParts(string value, string form, string text) => AssertPart(value, form, text);

    [Theory]
    [InlineData(Pem)]
    [InlineData("tls:\n  key: |\n    -----BEGIN PRIVATE KEY-----\n    MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n    BKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n    -----END PRIVATE KEY-----\n")]
    public void Pem_Anywhere_GivesItsBody(string value) => AssertPart(value, "PEM body", PemBody);

    [Fact]
    public void Certificate_IsPublic()
    {
        using var parts = SecretForms.Read(Encoding.UTF8.GetBytes(Pem.Replace("PRIVATE KEY", "CERTIFICATE")));

        Assert.Equal(PartRole.Public, parts.Parts.Single(part => part.Form == "PEM body").Role);
    }

    [Fact]
    public void KnownFormat_HasNoLines()
    {
        using var parts = SecretForms.Read("[global]\nindex-url = https://index.example.test/simple\n"u8);

        Assert.DoesNotContain(parts.Parts, part => part.Form.StartsWith("line", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\"a\": \"\\")]
    [InlineData("{\"a\": \"\\u12")]
    [InlineData("<a b=\"")]
    [InlineData("<!--")]
    [InlineData("<![CDATA[")]
    [InlineData("-----BEGIN X-----END")]
    [InlineData("-----BEGIN -----END -----")]
    [InlineData("machine login password")]
    [InlineData("password \"")]
    [InlineData("https://@")]
    [InlineData("a://:@?=&=#%")]
    [InlineData("key = \"\"\"")]
    [InlineData("_auth= =\n= =")]
    [InlineData("k: |")]
    [InlineData("\0\r\n\r\n:")]
    public void Text_CutShort_IsRead(string value)
    {
        using var parts = SecretForms.Read(Encoding.UTF8.GetBytes(value));

        Assert.NotEmpty(parts.Parts);
    }

    [Fact]
    public void RandomBytes_AreRead()
    {
        var random = new Random(7);
        const string Letters = "<>\"'{}[]:=\\/%@#&;-_ \n\r\tab1|u";
        for (var i = 0; i < 3000; i++)
        {
            using var parts = SecretForms.Read(Encoding.ASCII.GetBytes(new string(random.GetItems<char>(Letters, random.Next(1, 80)))));
            Assert.NotNull(parts);
        }
    }

    private static void AssertPart(string value, string form, string text)
    {
        using var parts = SecretForms.Read(Encoding.UTF8.GetBytes(value));
        var found = parts.Parts.ToDictionary(part => part.Form, part => Encoding.UTF8.GetString(parts[part]));

        Assert.True(found.TryGetValue(form, out var actual), $"no \"{form}\" among {string.Join(", ", found)}");
        Assert.Equal(text, actual);
    }
}
