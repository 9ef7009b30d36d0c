using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Cofferdam.Model;

/// <summary>The name of an image: registry, repository, and a tag or a digest (distribution/reference).</summary>
public sealed partial record ImageReference
{
    /// <summary>The registry a name without one belongs to.</summary>
    public const string DefaultRegistry = "docker.io";

    private ImageReference(string registry, string repository, string? tag, Digest? digest) =>
        (Registry, Repository, Tag, Digest) = (registry, repository, tag, digest);

    /// <summary>Host and port of the registry, for example <c>docker.io</c> or <c>localhost:5000</c>.</summary>
    public string Registry { get; }

    /// <summary>The path in the registry, for example <c>library/debian</c>.</summary>
    public string Repository { get; }

    /// <summary>The tag, if one is named.</summary>
    public string? Tag { get; }

    /// <summary>The digest, if one is named.</summary>
    public Digest? Digest { get; }

    /// <summary>Registry and repository.</summary>
    public string Name => $"{Registry}/{Repository}";

    /// <summary>The name as people write it: without <c>docker.io/library/</c>.</summary>
    public string Familiar
    {
        get
        {
            var name = Registry == DefaultRegistry ? Repository.StartsWith("library/", StringComparison.Ordinal) ? Repository["library/".Length..] : Repository : Name;
            return name + Suffix;
        }
    }

    private string Suffix => (Tag is null ? string.Empty : ":" + Tag) + (Digest is null ? string.Empty : "@" + Digest);

    /// <summary>Reads a name as Docker does; throws <see cref="InvalidInputException"/> when it is none.</summary>
    public static ImageReference Parse(string text) => TryParse(text, out var reference)
        ? reference
        : throw new InvalidInputException($"invalid image reference {Quote.Text(text)}")
        {
            Hint = "write it as [registry/]name[:tag][@digest]; names are lower-case",
        };

    /// <summary>Reads a name; a missing registry is Docker Hub's, where a name without a slash is in <c>library/</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = null;
        Digest? digest = null;
        var rest = text;
        if (rest.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at)
        {
            if (!Model.Digest.TryParse(rest[(at + 1)..], out var named))
            {
                return false;
            }

            digest = named;
            rest = rest[..at];
        }

        string? tag = null;
        if (rest.LastIndexOf(':') is >= 0 and var colon && !rest[colon..].Contains('/', StringComparison.Ordinal))
        {
            tag = rest[(colon + 1)..];
            rest = rest[..colon];
        }

        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? string.Empty : rest[..slash];
        var hasRegistry = first.AsSpan().ContainsAny('.', ':') || first == "localhost" || first != first.ToLowerInvariant();
        var registry = hasRegistry ? first : DefaultRegistry;
        var repository = hasRegistry ? rest[(slash + 1)..] : rest;
        registry = registry is "index.docker.io" or "registry-1.docker.io" ? DefaultRegistry : registry;
        if (registry == DefaultRegistry && !repository.Contains('/', StringComparison.Ordinal))
        {
            repository = "library/" + repository;
        }

        if ((tag is not null && !TagPattern().IsMatch(tag)) || !RegistryPattern().IsMatch(registry)
            || !RepositoryPattern().IsMatch(repository) || registry.Length + repository.Length > 255)
        {
            return false;
        }

        reference = new ImageReference(registry, repository, tag, digest);
        return true;
    }

    /// <summary>The same reference with tag <c>latest</c> when it names neither tag nor digest.</summary>
    public ImageReference WithDefaultTag() => Tag is null && Digest is null ? WithTag("latest") : this;

    /// <summary>The same repository with another tag and no digest.</summary>
    public ImageReference WithTag(string tag) => new(Registry, Repository, tag, null);

    /// <summary>The same reference pinned to a digest; the tag stays.</summary>
    public ImageReference WithDigest(Digest digest) => new(Registry, Repository, Tag, digest);

    /// <summary>The whole name, registry included.</summary>
    public override string ToString() => Name + Suffix;

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z")]
    private static partial Regex TagPattern();

    [GeneratedRegex(@"^(?:(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])(?:\.(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?\z")]
    private static partial Regex RegistryPattern();

    [GeneratedRegex(@"^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex RepositoryPattern();
}
