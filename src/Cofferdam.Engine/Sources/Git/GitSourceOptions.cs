using Cofferdam.Model;
using Cofferdam.Protocol.Llb;

namespace Cofferdam.Engine;

/// <summary>What a git source's identifier and attributes ask for (BuildKit source/git/identifier.go).</summary>
internal sealed record GitSourceOptions
{
    private const string Scheme = "git://";

    /// <summary>The repository's address.</summary>
    public required GitAddress Address { get; init; }

    /// <summary>The branch, tag or commit; null is the default branch.</summary>
    public string? Reference { get; init; }

    /// <summary>The directory of the repository that is wanted; null is all.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>The commit or the annotated tag it must be, or the beginning of its hash.</summary>
    public string? Checksum { get; init; }

    public bool KeepGitDirectory { get; init; }

    public bool SkipSubmodules { get; init; }

    /// <summary>Whether files have the time of the commit, not that of the checkout.</summary>
    public bool UsesCommitTime { get; init; }

    /// <summary>Whether the checksum is fetched whatever the reference is at now.</summary>
    public bool FetchesByCommit { get; init; }

    /// <summary>The id of the secret that is a token.</summary>
    public string? TokenSecret { get; init; }

    /// <summary>The id of the secret that is a header.</summary>
    public string? HeaderSecret { get; init; }

    /// <summary>The id of the client's ssh agent; null is none.</summary>
    public string? Agent { get; init; }

    /// <summary>Lines of ssh's known_hosts; null trusts any host's key.</summary>
    public string? KnownHosts { get; init; }

    /// <summary>The bundle that commits come out of; null where they come from the repository.</summary>
    public GitBundle? Bundle { get; init; }

    /// <summary>Whether the result is one file, a bundle.</summary>
    public bool ChecksOutBundle { get; init; }

    /// <summary>How it must be signed; null where that does not matter.</summary>
    public GitSignatureOptions? Signature { get; init; }

    /// <summary>Whether the repository's <c>.git</c> is part of the result: it belongs to the whole tree, not to a part.</summary>
    public bool HasGitDirectory => KeepGitDirectory && Subdirectory is null;

    private GitSignatureOptions SignatureOrNew => Signature ?? new GitSignatureOptions();

    public static GitSourceOptions Parse(SourceOp source)
    {
        var identifier = source.Identifier[Scheme.Length..];
        var hash = identifier.IndexOf('#', StringComparison.Ordinal);
        var fragment = hash < 0 ? [] : identifier[(hash + 1)..].Split(':', 2);
        var full = source.Attrs.GetValueOrDefault(SourceAttributes.GitFullUrl);
        var options = new GitSourceOptions
        {
            Address = GitAddress.Parse(string.IsNullOrEmpty(full) ? (hash < 0 ? identifier : identifier[..hash]) : full),
            Reference = fragment.Length > 0 && fragment[0].Length > 0 ? CheckReference(fragment[0]) : null,
            Subdirectory = fragment.Length > 1 ? CheckSubdirectory(fragment[1]) : null,
        };
        foreach (var (name, value) in source.Attrs)
        {
            options = name switch
            {
                SourceAttributes.GitFullUrl => options,
                SourceAttributes.GitKnownSshHosts => options with { KnownHosts = NullIfEmpty(value) },
                SourceAttributes.GitMountSshSocket => options with { Agent = NullIfEmpty(value) },
                SourceAttributes.GitChecksum => options with { Checksum = value.Length == 0 ? null : CheckHash(value) },
                SourceAttributes.GitKeepDirectory => options with { KeepGitDirectory = value == "true" },
                SourceAttributes.GitSkipSubmodules => options with { SkipSubmodules = value == "true" },
                SourceAttributes.GitAuthTokenSecret => options with { TokenSecret = NullIfEmpty(value) },
                SourceAttributes.GitAuthHeaderSecret => options with { HeaderSecret = NullIfEmpty(value) },
                SourceAttributes.GitModificationTime => options with { UsesCommitTime = value == "commit" },
                SourceAttributes.GitSignaturePublicKey => options with { Signature = options.SignatureOrNew with { PublicKey = value } },
                SourceAttributes.GitSignatureRejectExpired => options with { Signature = options.SignatureOrNew with { RejectsExpired = value == "true" } },
                SourceAttributes.GitSignatureRequireSignedTag => options with { Signature = options.SignatureOrNew with { RequiresSignedTag = value == "true" } },
                SourceAttributes.GitSignatureIgnoreSignedTag => options with { Signature = options.SignatureOrNew with { IgnoresSignedTag = value == "true" } },
                SourceAttributes.GitFetchByCommit => options with { FetchesByCommit = value == "true" },
                SourceAttributes.GitBundle => options with { Bundle = value.Length == 0 ? null : GitBundle.Parse(value) },
                SourceAttributes.GitCheckoutBundle => options with { ChecksOutBundle = value == "true" },
                SourceAttributes.OciSession or SourceAttributes.OciStore => options,
                _ => throw new UnsupportedException($"attribute {Quote.Text(name)} of a git source is not supported yet"),
            };
        }

        return options.WithLayout(source).Check();
    }

    /// <summary>What names the result, as BuildKit has it (source/git): a tag's own object matters only where it stays in the result.</summary>
    public string ResultKey(GitRevision revision) => string.Concat(
        KeepGitDirectory || revision.IsByHash ? revision.Object : revision.Commit,
        KeepGitDirectory ? ".git#" + revision.Reference : string.Empty,
        Subdirectory is null ? string.Empty : ":" + Subdirectory,
        SkipSubmodules ? "(skip-submodules)" : string.Empty,
        UsesCommitTime ? "(mtime=commit)" : string.Empty,
        ChecksOutBundle ? "(bundle)" : string.Empty);

    /// <summary>Whether a text is the whole hash of an object, SHA-1 or SHA-256.</summary>
    public static bool IsHash(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower);

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    // Nothing may be read as an option of git.
    private static string CheckReference(string reference) =>
        reference.StartsWith('-') || reference.AsSpan().ContainsAny(" \t\r\n\0:?*[\\^~") || reference.Contains("..", StringComparison.Ordinal)
            ? throw new InvalidInputException($"invalid git ref {Quote.Text(reference)}") { Hint = "give a branch, a tag or a commit behind the #" }
            : reference;

    // CVE-2026-33748: a subdirectory must not lead out of the repository.
    private static string? CheckSubdirectory(string path)
    {
        if (path.Split('/').Contains(".."))
        {
            throw new InvalidInputException($"invalid subdirectory {Quote.Text(path)} of a git source: it leads out of the repository");
        }

        var parts = path.Split('/').Where(static part => part is not ("" or "."));
        return NullIfEmpty(string.Join('/', parts));
    }

    private static string CheckHash(string checksum) => checksum.All(char.IsAsciiHexDigit)
        ? checksum.ToLowerInvariant()
        : throw new InvalidInputException($"invalid checksum {Quote.Text(checksum)} of a git source: expected hex commit hash");

    private GitSourceOptions WithLayout(SourceOp source) => Bundle is null ? this : this with
    {
        Bundle = Bundle with
        {
            SessionId = NullIfEmpty(source.Attrs.GetValueOrDefault(SourceAttributes.OciSession, string.Empty)),
            StoreId = NullIfEmpty(source.Attrs.GetValueOrDefault(SourceAttributes.OciStore, string.Empty)),
        },
    };

    private void CheckBundle()
    {
        if (Bundle is not null && (Checksum is null || (Reference is null && !IsHash(Checksum))))
        {
            throw new InvalidInputException("a git source out of a bundle requires a full commit hash as checksum");
        }

        if (ChecksOutBundle && (KeepGitDirectory || Subdirectory is not null))
        {
            throw new InvalidInputException("a git source that is checked out as a bundle has neither a subdirectory nor a kept git directory");
        }
    }

    private GitSourceOptions Check()
    {
        CheckBundle();
        if (Reference is { } reference && IsHash(reference))
        {
            return Checksum is null || reference.StartsWith(Checksum, StringComparison.Ordinal)
                ? this
                : throw new CofferdamException(ErrorCode.DigestMismatch, $"expected checksum to match {Checksum}, got {reference}");
        }

        return !FetchesByCommit || (Checksum is { } checksum && IsHash(checksum))
            ? this
            : throw new InvalidInputException("fetch-by-commit of a git source requires a full commit hash as checksum or ref");
    }
}
