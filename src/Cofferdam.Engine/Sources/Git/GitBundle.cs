using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>A bundle of git that is a blob of a registry or of a client's OCI layout; a repository's commits come out of it (BuildKit source/git/identifier.go).</summary>
/// <param name="Reference">Where it is, by its digest.</param>
/// <param name="IsLayout">Whether that is a layout.</param>
internal sealed record GitBundle(ImageReference Reference, bool IsLayout)
{
    private const string ImageScheme = "docker-image+blob://";
    private const string LayoutScheme = "oci-layout+blob://";

    /// <summary>The session that serves the layout; null is the build's own.</summary>
    public string? SessionId { get; init; }

    /// <summary>The name of the layout; null is that of the reference.</summary>
    public string? StoreId { get; init; }

    /// <summary>Its digest.</summary>
    public Digest Digest => Reference.Digest!.Value;

    /// <summary>Reads <c>docker-image+blob://NAME@sha256:…</c> or <c>oci-layout+blob://NAME@sha256:…</c>.</summary>
    public static GitBundle Parse(string locator)
    {
        var isLayout = locator.StartsWith(LayoutScheme, StringComparison.Ordinal);
        if (!isLayout && !locator.StartsWith(ImageScheme, StringComparison.Ordinal))
        {
            throw new InvalidInputException($"invalid git bundle {Quote.Text(locator)}") { Hint = "write it as docker-image+blob://NAME@sha256:… or oci-layout+blob://NAME@sha256:…" };
        }

        var reference = ImageReference.Parse(locator[(isLayout ? LayoutScheme : ImageScheme).Length..]);
        return reference.Digest is { Algorithm: "sha256" }
            ? new GitBundle(reference, isLayout)
            : throw new InvalidInputException($"invalid git bundle {Quote.Text(locator)}: it is not named by a digest of SHA-256");
    }

    /// <summary>The name of the layout it is in; null where it is in a registry.</summary>
    public string? Store => !IsLayout ? null : StoreId ?? Reference.Familiar.Split('@', ':')[0];
}
