using System.Text;
using Cofferdam.Secrets;
using Cofferdam.Secrets.Forms;
using Cofferdam.Secrets.Policy;
using Xunit;

namespace Cofferdam.UnitTests.Secrets;

public sealed class SearchPlanTests
{
    [Theory]
    [InlineData("password")]
    [InlineData("Password1!")]
    [InlineData("admin")]
    [InlineData("123456")]
    [InlineData("1234567890")]
    [InlineData("abcdefgh")]
    [InlineData("changeme")]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("abababababab")]
    [InlineData("postgres")]
    [InlineData("elephant")]
    [InlineData("20260131")]
    [InlineData("xK9#")]
    public void Value_ShortOrGuessable_IsNotSearched(string value)
    {
        using var search = Searching.For(("a", value));

        Assert.False(Assert.Single(search.Plan.Secrets).IsSearched);
        Assert.True(search.IsEmpty);
        Assert.Empty(Searching.In(search, value + value));
    }

    [Theory]
    [InlineData("xK9#q2L")]
    [InlineData("correct horse battery staple")]
    [InlineData("ghp_16C7e42F292c6912E7710c838347Ae178B4a")]
    [InlineData("482915730264")]
    public void Value_OfItsOwn_IsSearched(string value)
    {
        using var search = Searching.For(("a", value));

        Assert.Single(Searching.In(search, "x" + value + "x"));
    }

    [Fact]
    public void Netrc_WithAShortPassword_IsSearchedWithItsLogin()
    {
        using var search = Searching.For(("netrc", "machine git.example.test login ci-builder password hunter\n"));

        Assert.Equal(
            "netrc: searched as whole, netrc user:password, netrc `login … password …`; netrc password: too short to search alone; netrc login: not known to be secret, and does not look it",
            search.Plan.ToString());
        Assert.Empty(Searching.In(search, "hunter ci-builder"));
        Assert.Single(Searching.In(search, "x login ci-builder password hunter x"));
        Assert.Equal("base64", Assert.Single(Searching.In(search, "Authorization: Basic " + Convert.ToBase64String("ci-builder:hunter"u8))).Encoding);
    }

    [Fact]
    public void Json_OfAServiceAccount_IsSearchedByItsSecretsOnly()
    {
        const string Account = """
            { "type": "service_account", "project_id": "some-project", "private_key_id": "0f8a1c7e55d94b3fa2c1", "private_key": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n",
              "client_email": "robot@some-project.example.test", "auth_uri": "https://accounts.example.test/o/oauth2/auth", "token_uri": "https://oauth2.example.test/token" }
            """;
        using var search = Searching.For(("account", Account));

        Assert.Empty(Searching.In(search, "service_account some-project robot@some-project.example.test https://accounts.example.test/o/oauth2/auth https://oauth2.example.test/token"));
        Assert.Single(Searching.In(search, "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"));
        Assert.Single(Searching.In(search, "0f8a1c7e55d94b3fa2c1"));
    }

    [Fact]
    public void Npmrc_CommonLines_AreNotSearched()
    {
        using var search = Searching.For(("npmrc", "registry=https://registry.example.test/\nalways-auth=true\n//registry.example.test/:_authToken=npm_A1b2C3d4E5f6\n"));

        Assert.Empty(Searching.In(search, "registry=https://registry.example.test/\nalways-auth=true\n"));
        Assert.Equal("key and value _authtoken", Assert.Single(Searching.In(search, "token npm_A1b2C3d4E5f6")).Form);
    }

    [Fact]
    public void Script_CommonLines_AreNotSearched()
    {
        using var search = Searching.For(("script", "#!/usr/bin/env bash\nset -euo pipefail\nlogin --with aB3dE5fG7hJ9kL2m\n"));

        Assert.Empty(Searching.In(search, "#!/usr/bin/env bash\nset -euo pipefail\n"));
        Assert.Single(Searching.In(search, "x login --with aB3dE5fG7hJ9kL2m x"));
    }

    [Fact]
    public void Yaml_WhatIsAboutACredential_IsNotSearched()
    {
        using var search = Searching.For(("values", "secretName: some-app-tls\npasswordFile: /run/secrets/database\ntoken: /etc/ssl/private/thing\npassword: correct horse\n"));

        Assert.Empty(Searching.In(search, "some-app-tls /run/secrets/database /etc/ssl/private/thing"));
        Assert.Single(Searching.In(search, "correct horse"));
    }

    [Fact]
    public void Certificate_AsASecret_IsSaidToBePublic()
    {
        var body = Convert.ToBase64String(RandomBytes(300), Base64FormattingOptions.InsertLineBreaks);
        using var search = Searching.For(("ca", $"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"));

        Assert.Equal("ca: not searched; whole, PEM body: public", search.Plan.ToString());
    }

    [Fact]
    public void LongValue_InPart_IsFound()
    {
        var value = RandomBytes(100_000);
        using var search = new SecretSearch([new SearchedSecret("store", new SecretValue(value))]);

        var matches = Searching.In(search, value);

        Assert.Equal(4, matches.Count);
        Assert.Single(Searching.In(search, value[..50_000].Skip(10_000).Concat(value[30_000..50_000]).ToArray().AsSpan(0, 30_000)));
    }

    [Fact]
    public void Plan_HoldsNoValue()
    {
        using var search = Searching.For(
            ("a", "machine h.example.test login builder password s3cr3tPw99x"), ("b", "{\"Kq81zz\": \"s3cr3tPw99x\", \"token\": \"no\"}"), ("c", "https://builder:s3cr3tPw99x@h.example.test/?q=s3cr3tPw99x"));

        Assert.DoesNotContain("s3cr3t", search.Plan.ToString());
        Assert.DoesNotContain("builder", search.Plan.ToString());
        Assert.DoesNotContain("Kq81zz", search.Plan.ToString());
    }

    [Theory]
    [InlineData("requests-2.31.0-py3-none-any")]
    [InlineData("application/json")]
    [InlineData("registry.example.test")]
    [InlineData("https://registry.example.test/simple/")]
    [InlineData("some ordinary words here")]
    public void Candidate_OfTheOrdinaryKind_IsRefused(string value) => Assert.NotNull(SearchPolicy.Refuse(PartRole.Candidate, Encoding.UTF8.GetBytes(value)));

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(3).NextBytes(bytes);
        return bytes;
    }
}
