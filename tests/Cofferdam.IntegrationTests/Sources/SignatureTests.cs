using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.IntegrationTests.Sources;

/// <summary>Signatures that gpg and ssh-keygen make.</summary>
public sealed class SignatureTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SigningKeys _keys;

    public SignatureTests() => _keys = new SigningKeys(_directory["keys"]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private string Content => _directory["content"];

    public async ValueTask InitializeAsync() => await File.WriteAllTextAsync(Content, "one\ntwo\r\nthree\n", Token);

    public async ValueTask DisposeAsync()
    {
        await _keys.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("rsa2048")]
    [InlineData("rsa3072", "--digest-algo", "SHA384")]
    [InlineData("nistp256")]
    [InlineData("nistp521", "--digest-algo", "SHA512")]
    [InlineData("ed25519", "--textmode")]
    public async Task OpenPgp_OfKeysOfAllKinds_IsVerified(string algorithm, params string[] options)
    {
        await _keys.MakeAsync("a", algorithm);
        await _keys.MakeAsync("b", "ed25519");
        var signature = await _keys.SignAsync("a", Content, options);
        var keys = await _keys.ExportAsync("b") + await _keys.ExportAsync("a");

        await VerifyAsync(signature, keys);

        Assert.Contains("not among the public keys", await FailAsync(signature, await _keys.ExportAsync("b")), StringComparison.Ordinal);
        await File.AppendAllTextAsync(Content, "more", Token);
        Assert.Contains("it is not the one that key", await FailAsync(signature, keys), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenPgp_OfSubkey_IsVerifiedAndThatOfAKeyThatMayNotSignIsNot()
    {
        await _keys.MakeAsync("a", "rsa2048", "cert");
        await _keys.AddSubkeyAsync("a", "ed25519");

        await VerifyAsync(await _keys.SignAsync("a", Content), await _keys.ExportAsync("a"));

        var fingerprint = await _keys.FingerprintAsync("a");
        await _keys.MakeAsync("other", "ed25519");
        var withoutSubkey = await _keys.ExportAsync(fingerprint + "!");
        Assert.Contains("not among the public keys", await FailAsync(await _keys.SignAsync("a", Content), withoutSubkey), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenPgp_OfKeyThatHasExpired_IsGoodUnlessThatIsRejected()
    {
        await _keys.MakeAsync("old", "ed25519", "sign", "2024-01-31", "--faked-system-time", "20240101T000000!");
        var signature = await _keys.SignAsync("old", Content, "--faked-system-time", "20240115T000000!");
        var keys = await _keys.ExportAsync("old");

        await VerifyAsync(signature, keys);
        Assert.Contains("expired", await FailAsync(signature, keys, rejectsExpired: true), StringComparison.Ordinal);
        await VerifyAsync(signature, keys, rejectsExpired: true, new DateTimeOffset(2024, 1, 20, 0, 0, 0, TimeSpan.Zero));

        Assert.Contains("from the future", await FailAsync(signature, keys, rejectsExpired: false, new DateTimeOffset(2024, 1, 14, 0, 0, 0, TimeSpan.Zero)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenPgp_OfKeyThatWasRevoked_IsRefused()
    {
        await _keys.MakeAsync("a", "ed25519");
        var signature = await _keys.SignAsync("a", Content);
        await VerifyAsync(signature, await _keys.ExportAsync("a"));
        await _keys.RevokeAsync("a");

        Assert.Contains("revoked", await FailAsync(signature, await _keys.ExportAsync("a")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenPgp_OfWeakKindOrNone_IsRefused()
    {
        await _keys.MakeAsync("weak", "rsa1024", "sign", "never");
        await _keys.MakeAsync("a", "rsa2048");
        var keys = await _keys.ExportAsync("weak", "a");

        Assert.Contains("shorter than 2048", await FailAsync(await _keys.SignAsync("weak", Content), keys), StringComparison.Ordinal);
        Assert.Contains("weak or not known", await FailAsync(await _keys.SignAsync("a", Content, "--digest-algo", "SHA1"), keys), StringComparison.Ordinal);
        Assert.Contains("there is no signature", await FailAsync("nothing", keys), StringComparison.Ordinal);
        Assert.Contains("there is no public key", await FailAsync(await _keys.SignAsync("a", Content), "nothing"), StringComparison.Ordinal);
        Assert.Contains("cannot be read", await FailAsync("-----BEGIN PGP SIGNATURE-----\n\nwv8AAA==\n-----END PGP SIGNATURE-----\n", keys), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("rsa")]
    [InlineData("ecdsa", "-b", "256")]
    [InlineData("ecdsa", "-b", "521")]
    public async Task Ssh_OfKeysOfAllKinds_IsVerified(string kind, params string[] options)
    {
        var key = await _keys.MakeSshAsync("a", kind, options);
        var other = await _keys.MakeSshAsync("b", kind, options);
        var content = await File.ReadAllBytesAsync(Content, Token);
        var signature = await _keys.SignSshAsync("a", Content, "git");

        var forFiles = await _keys.SignSshAsync("a", Content, "file");

        SshSignature.Verify(content, signature, key, "git");
        SshSignature.Verify(content, await _keys.SignSshAsync("a", Content, "git", "-O", "hashalg=sha256"), "# mine\nrestrict,command=\"a b\" " + key, "git");

        Assert.Contains("another key", Assert.Throws<SignatureException>(() => SshSignature.Verify(content, signature, other, "git")).Message, StringComparison.Ordinal);
        Assert.Contains("it is for \"file\"", Assert.Throws<SignatureException>(() => SshSignature.Verify(content, forFiles, key, "git")).Message, StringComparison.Ordinal);
        Assert.Contains("not the one", Assert.Throws<SignatureException>(() => SshSignature.Verify([.. content, 0], signature, key, "git")).Message, StringComparison.Ordinal);
        var cut = signature.Split('\n');
        Assert.Throws<SignatureException>(() => SshSignature.Verify(content, string.Join('\n', [cut[0], cut[1][..40], .. cut[^2..]]), key, "git"));
    }

    private async Task VerifyAsync(string signature, string keys, bool rejectsExpired = false, DateTimeOffset? now = null)
    {
        await using var content = File.OpenRead(Content);
        await new OpenPgpVerifier(signature, keys, rejectsExpired, now ?? Now).VerifyAsync(content, Token);
    }

    private async Task<string> FailAsync(string signature, string keys, bool rejectsExpired = false, DateTimeOffset? now = null) =>
        (await Assert.ThrowsAsync<SignatureException>(() => VerifyAsync(signature, keys, rejectsExpired, now))).Message;
}
