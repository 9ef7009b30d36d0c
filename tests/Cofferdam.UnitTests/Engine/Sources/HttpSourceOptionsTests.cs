using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Sources;

public sealed class HttpSourceOptionsTests
{
    [Theory]
    [InlineData("http://a/b/c.txt?d=e", null, null, "c.txt")]
    [InlineData("http://a/b/c.txt", "asked", "given", "asked")]
    [InlineData("http://a/b/c.txt", null, "given.txt", "given.txt")]
    [InlineData("http://a/b/c.txt", null, "../../etc/passwd", "passwd")]
    [InlineData("http://a/b/c.txt", null, "directory/", "c.txt")]
    [InlineData("http://a/b%2Fc", null, null, "c")]
    [InlineData("http://a/b/..%2F..", null, null, "download")]
    [InlineData("http://a", null, null, "download")]
    [InlineData("http://a/b", "c\u0001", null, "download")]
    public void ResultName_OfAnyServer_IsOneName(string address, string? asked, string? given, string expected)
    {
        var source = new SourceOp { Identifier = address };
        if (asked is not null)
        {
            source.Attrs["http.filename"] = asked;
        }

        Assert.Equal(expected, HttpSourceOptions.Parse(source).ResultName(given));
    }

    [Theory]
    [InlineData("0644", 0x1a4)]
    [InlineData("0o755", 0x1ed)]
    [InlineData("420", 0x1a4)]
    [InlineData("0", 0x180)]
    public void Mode_InGosForms_IsRead(string text, int mode) =>
        Assert.Equal(mode, HttpSourceOptions.Parse(new SourceOp { Identifier = "http://a", Attrs = { ["http.perm"] = text } }).Mode);

    [Theory]
    [InlineData("http.perm", "0999")]
    [InlineData("http.perm", "077777")]
    [InlineData("http.uid", "-1")]
    [InlineData("http.checksum", "md5:0")]
    [InlineData("http.header.authorization", "secret")]
    [InlineData("http.sig.pubkey", "key")]
    public void Attribute_ThatCannotBe_IsRefused(string name, string value) =>
        Assert.ThrowsAny<CofferdamException>(() => HttpSourceOptions.Parse(new SourceOp { Identifier = "http://a", Attrs = { [name] = value } }));

    [Theory]
    [InlineData("", null, """{"Filename":"f\u0026","Perm":0,"UID":0,"GID":0,"Checksum":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}""")]
    [InlineData(
        "http.perm=0640,http.uid=1,http.gid=2,http.authheadersecret=id,http.header.user-agent=u,http.header.Accept=a/b",
        1700000000,
        """{"Filename":"f\u0026","Perm":416,"UID":1,"GID":2,"Checksum":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","LastModTime":"Tue, 14 Nov 2023 22:13:20 GMT","AuthHeaderSecret":"id","Header":[{"Name":"Accept","Value":"a/b"},{"Name":"User-Agent","Value":"u"}]}""")]
    public void ResultKey_OfFile_IsBuildKits(string attributes, int? modified, string json)
    {
        var source = new SourceOp { Identifier = "http://a" };
        foreach (var pair in attributes.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')))
        {
            source.Attrs[pair[0]] = pair[1];
        }

        var key = HttpSourceOptions.Parse(source).ResultKey("f&", Digest.Of(ReadOnlySpan<byte>.Empty), modified is { } time ? DateTimeOffset.FromUnixTimeSeconds(time) : null);

        Assert.Equal(Digest.Of("buildkit.source.v0:" + Digest.Of(json)), key);
    }

    [Fact]
    public void RequestKey_TellsRequestsApartAndNotResults()
    {
        var plain = HttpSourceOptions.Parse(new SourceOp { Identifier = "http://a" });

        Assert.Equal(plain.RequestKey, HttpSourceOptions.Parse(new SourceOp { Identifier = "http://a", Attrs = { ["http.perm"] = "0644" } }).RequestKey);
        Assert.NotEqual(plain.RequestKey, HttpSourceOptions.Parse(new SourceOp { Identifier = "http://a", Attrs = { ["http.authheadersecret"] = "id" } }).RequestKey);
        Assert.NotEqual(plain.RequestKey, HttpSourceOptions.Parse(new SourceOp { Identifier = "http://a", Attrs = { ["http.header.accept"] = "a/b" } }).RequestKey);
    }
}
