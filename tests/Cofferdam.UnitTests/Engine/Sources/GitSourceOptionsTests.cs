using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Sources;

public sealed class GitSourceOptionsTests
{
    private const string Hash = "0123456789abcdef0123456789abcdef01234567";
    private const string Other = "89abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("git@example.com:a/b.git", true)]
    [InlineData("ssh://git@example.com:22/a/b", true)]
    [InlineData("https://example.com/a", false)]
    [InlineData("git://example.com/a", false)]
    public void Address_OfKnownTransport_IsTaken(string address, bool isSsh) => Assert.Equal((address, isSsh), (GitAddress.Parse(address).Text, GitAddress.Parse(address).IsSsh));

    [Theory]
    [InlineData("file:///etc")]
    [InlineData("ext::sh -c touch% /tmp/x")]
    [InlineData("--upload-pack=touch")]
    [InlineData("-a@example.com:b")]
    [InlineData("https://example.com/\n")]
    public void Address_ThatIsMoreThanOne_IsRefused(string address) => Assert.Throws<InvalidInputException>(() => GitAddress.Parse(address));

    [Theory]
    [InlineData("https://u:p@example.com/a.git", "https://example.com/a.git", "https://xxxxx:xxxxx@example.com/a.git")]
    [InlineData("https://token@github.com/a/b.git", "https://github.com/a/b.git", "https://xxxxx@github.com/a/b.git")]
    [InlineData("https://github.com/a/b.git", "https://github.com/", "https://github.com/a/b.git")]
    public void Address_WithCredentials_ShowsNone(string address, string scope, string shown)
    {
        var parsed = GitAddress.Parse(address);

        Assert.Equal((scope, shown), (parsed.CredentialScope, parsed.Redacted));
    }

    [Theory]
    [InlineData("a#--upload-pack=x", null, null)]
    [InlineData("a#a..b", null, null)]
    [InlineData("a#main:../x", null, null)]
    [InlineData("a#" + Hash, "git.checksum", "ffff")]
    [InlineData("a#main", "git.checksum", "main")]
    [InlineData("a#main", "git.fetchbycommit", "true")]
    [InlineData("a#main", "git.sig.other", "key")]
    public void Parse_WhatCannotBe_IsRefused(string identifier, string? attribute, string? value)
    {
        var source = new SourceOp { Identifier = "git://example.com/" + identifier };
        if (attribute is not null)
        {
            source.Attrs[attribute] = value;
        }

        Assert.ThrowsAny<CofferdamException>(() => GitSourceOptions.Parse(source));
    }

    [Fact]
    public void Parse_Attributes_AreRead()
    {
        var source = new SourceOp { Identifier = "git://example.com/a#v1:./b//c/", Attrs = { ["git.checksum"] = "ABCD", ["git.mtime"] = "commit", ["git.mountsshsock"] = "default", ["git.keepgitdir"] = "true" } };

        var options = GitSourceOptions.Parse(source);

        Assert.Equal(("https://example.com/a", "v1", "b/c", "abcd"), (options.Address.Text, options.Reference, options.Subdirectory, options.Checksum));
        Assert.True(options is { UsesCommitTime: true, Agent: "default", KeepGitDirectory: true, HasGitDirectory: false });
    }

    [Theory]
    [InlineData("a", "", Other)]
    [InlineData("a#v1:b//c", "", Other + ":b/c")]
    [InlineData("a#main", "git.keepgitdir=true", Hash + ".git#refs/heads/main")]
    [InlineData("a#main:b", "git.keepgitdir=true,git.skipsubmodules=true,git.mtime=commit", Hash + ".git#refs/heads/main:b(skip-submodules)(mtime=commit)")]
    [InlineData("a#main", "git.mtime=checkout,git.keepgitdir=false", Other)]
    public void ResultKey_OfReference_IsBuildKits(string identifier, string attributes, string key) =>
        Assert.Equal(key, Parse(identifier, attributes).ResultKey(new GitRevision(Hash, Other, "refs/heads/main")));

    [Theory]
    [InlineData("", Hash)]
    [InlineData("git.keepgitdir=true", Hash + ".git#" + Hash)]
    public void ResultKey_OfHash_IsBuildKits(string attributes, string key) => Assert.Equal(key, Parse("a#" + Hash, attributes).ResultKey(new GitRevision(Hash, Other, Hash)));

    [Fact]
    public void Parse_Signature_IsRead()
    {
        var options = Parse("a", "git.sig.pubkey=key,git.sig.requiresignedtag=true,git.sig.rejectexpired=true");

        Assert.Equal(new GitSignatureOptions { PublicKey = "key", RequiresSignedTag = true, RejectsExpired = true }, options.Signature);
    }

    private static GitSourceOptions Parse(string identifier, string attributes)
    {
        var source = new SourceOp { Identifier = "git://example.com/" + identifier };
        foreach (var pair in attributes.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')))
        {
            source.Attrs[pair[0]] = pair[1];
        }

        return GitSourceOptions.Parse(source);
    }

    [Fact]
    public void CommitTime_OfObject_IsTheCommitters() =>
        Assert.Equal(1700000000, GitCommitTime.Parse("tree x\nauthor a <a> 1 +0000\ncommitter b <b> c> 1700000000 +0100\n\ncommitter d <d> 5 +0000\n"u8)?.ToUnixTimeSeconds());
}
