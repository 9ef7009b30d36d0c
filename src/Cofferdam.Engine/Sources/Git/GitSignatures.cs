using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Verifies who signed a revision (BuildKit source/git, util/gitutil/gitsign).</summary>
internal static class GitSignatures
{
    // What signatures of ssh that git makes are for.
    private const string SshPurpose = "git";

    /// <summary>Throws where it is not signed as its source's options ask for.</summary>
    public static async Task VerifyAsync(GitObjects objects, GitSourceOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        var wanted = options.Signature!;
        try
        {
            await VerifyAsync(objects, wanted, clock.GetUtcNow(), cancellationToken);
        }
        catch (SignatureException error)
        {
            throw new SignatureException($"verifying the signature of git repository {Quote.Text(options.Address.Redacted)} at {objects.Revision.Object}: {error.Message}", error)
            {
                Hint = "the source, or the policy of the build, says who must have signed it",
            };
        }
    }

    private static async Task VerifyAsync(GitObjects objects, GitSignatureOptions wanted, DateTimeOffset now, CancellationToken cancellationToken)
    {
        SignatureException? failure = null;
        if (!wanted.IgnoresSignedTag && objects.Tag is { } tag)
        {
            try
            {
                await VerifyAsync(GitObject.Parse("tag", tag, objects.Revision.Object), wanted, now, cancellationToken);
                return;
            }
            catch (SignatureException error)
            {
                failure = error;
            }
        }

        if (wanted.RequiresSignedTag)
        {
            throw failure ?? new SignatureException("it is no signed tag");
        }

        await VerifyAsync(GitObject.Parse("commit", objects.Commit, objects.Revision.Commit), wanted, now, cancellationToken);
    }

    private static async Task VerifyAsync(GitObject signed, GitSignatureOptions wanted, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (signed.Signature.Length == 0)
        {
            throw new SignatureException("it is not signed");
        }

        if (signed.Signature.StartsWith($"-----BEGIN {SshSignature.Label}-----", StringComparison.Ordinal))
        {
            SshSignature.Verify(signed.Signed, signed.Signature, wanted.PublicKey, SshPurpose);
            return;
        }

        using var content = new MemoryStream(signed.Signed);
        await new OpenPgpVerifier(signed.Signature, wanted.PublicKey, wanted.RejectsExpired, now).VerifyAsync(content, cancellationToken);
    }
}
