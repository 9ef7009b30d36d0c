using System.Security.Cryptography;
using System.Text;
using Cofferdam.Engine;
using Cofferdam.Model;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Sources;

public sealed class GitObjectTests
{
    private const string Commit = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor a <a> 1 +0000\ncommitter a <a> 1 +0000\n";

    [Fact]
    public void Commit_Signed_IsTakenApart()
    {
        var parsed = Parse("commit", Commit + "gpgsig -----BEGIN A-----\n \n x\n -----END A-----\ngpgsig-sha256 -----BEGIN B-----\n y\nencoding ISO-8859-1\n\nmessage \u00e4\n\n gpgsig not\n");

        Assert.Equal("-----BEGIN A-----\n\nx\n-----END A-----", parsed.Signature);
        Assert.Equal(Commit + "encoding ISO-8859-1\n\nmessage \u00e4\n\n gpgsig not\n", Encoding.Latin1.GetString(parsed.Signed));
    }

    [Fact]
    public void Commit_ThatMergesASignedTag_IsNotSignedByIt()
    {
        const string Text = Commit + "mergetag object 1\n type commit\n \n -----BEGIN PGP SIGNATURE-----\n x\n -----END PGP SIGNATURE-----\n\nmessage\n";

        var parsed = Parse("commit", Text);

        Assert.Equal((string.Empty, Text), (parsed.Signature, Encoding.Latin1.GetString(parsed.Signed)));
    }

    [Theory]
    [InlineData("object 1\ntype commit\ntag v\n\nmessage\n", "")]
    [InlineData("object 1\ntype commit\ntag v\n\nmessage\n-----BEGIN OTHER-----\n", "-----BEGIN SSH SIGNATURE-----\nx\n-----END SSH SIGNATURE-----\n")]
    [InlineData("object 1\ntype commit\ntag v\n\n", "-----BEGIN PGP SIGNATURE-----\nx\n")]
    public void Tag_IsTakenApart(string signed, string signature)
    {
        var parsed = Parse("tag", signed + signature);

        Assert.Equal((signature, signed), (parsed.Signature, Encoding.Latin1.GetString(parsed.Signed)));
    }

    [Fact]
    public void Object_OfAnotherHash_IsRefused() => Assert.Throws<SignatureException>(() => GitObject.Parse("commit", Encoding.Latin1.GetBytes(Commit), new string('a', 40)));

    private static GitObject Parse(string kind, string text)
    {
        var content = Encoding.Latin1.GetBytes(text);
#pragma warning disable CA5350 // as git names its objects
        return GitObject.Parse(kind, content, Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"{kind} {content.Length}\0"), .. content])));
#pragma warning restore CA5350
    }
}
