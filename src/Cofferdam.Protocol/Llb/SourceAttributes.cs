namespace Cofferdam.Protocol.Llb;

/// <summary>Names of attributes of LLB sources (BuildKit solver/pb/attr.go).</summary>
public static class SourceAttributes
{
    /// <summary>When to ask the registry again: <c>default</c>, <c>pull</c> or <c>local</c>.</summary>
    public const string ImageResolveMode = "image.resolvemode";

    /// <summary>The session that serves the directory.</summary>
    public const string LocalSession = "local.session";

    /// <summary>An id that keeps directories of different clients apart where no session is named.</summary>
    public const string LocalUnique = "local.unique";

    /// <summary>Patterns of files to leave out, as a JSON array.</summary>
    public const string LocalExcludePatterns = "local.excludepatterns";

    /// <summary>Patterns of files that are needed, as a JSON array.</summary>
    public const string LocalIncludePatterns = "local.includepattern";

    /// <summary>Paths that are needed, symbolic links followed, as a JSON array.</summary>
    public const string LocalFollowPaths = "local.followpaths";

    /// <summary>Which earlier transfer this one is compared with.</summary>
    public const string LocalSharedKeyHint = "local.sharedkeyhint";

    /// <summary>How files are compared: <c>none</c> or <c>metadata</c>.</summary>
    public const string LocalDiffer = "local.differ";

    /// <summary>The repository's address.</summary>
    public const string GitFullUrl = "git.fullurl";

    /// <summary>Whether <c>.git</c> stays.</summary>
    public const string GitKeepDirectory = "git.keepgitdir";

    /// <summary>The secret that holds a token.</summary>
    public const string GitAuthTokenSecret = "git.authtokensecret";

    /// <summary>The secret that holds an authorization header.</summary>
    public const string GitAuthHeaderSecret = "git.authheadersecret";

    /// <summary>Lines of known_hosts for ssh.</summary>
    public const string GitKnownSshHosts = "git.knownsshhosts";

    /// <summary>The ssh agent to use.</summary>
    public const string GitMountSshSocket = "git.mountsshsock";

    /// <summary>The commit it must be.</summary>
    public const string GitChecksum = "git.checksum";

    /// <summary>Whether submodules are left out.</summary>
    public const string GitSkipSubmodules = "git.skipsubmodules";

    /// <summary>Where files' times come from.</summary>
    public const string GitModificationTime = "git.mtime";

    /// <summary>Whether the commit is fetched without looking at the reference.</summary>
    public const string GitFetchByCommit = "git.fetchbycommit";

    /// <summary>The blob of a registry or an OCI layout that is a bundle with the commits.</summary>
    public const string GitBundle = "git.bundle";

    /// <summary>Whether the result is one file, a bundle.</summary>
    public const string GitCheckoutBundle = "git.checkoutbundle";

    /// <summary>Keys that must have signed the tag or the commit: of OpenPGP, armored, or one of ssh.</summary>
    public const string GitSignaturePublicKey = "git.sig.pubkey";

    /// <summary>Whether keys must be good now, not just when they signed.</summary>
    public const string GitSignatureRejectExpired = "git.sig.rejectexpired";

    /// <summary>Whether it must be a tag that is signed.</summary>
    public const string GitSignatureRequireSignedTag = "git.sig.requiresignedtag";

    /// <summary>Whether the commit must be signed, whatever the tag is.</summary>
    public const string GitSignatureIgnoreSignedTag = "git.sig.ignoresignedtag";

    /// <summary>Armored keys of OpenPGP, one of which must have signed the content.</summary>
    public const string HttpSignaturePublicKey = "http.sig.pubkey";

    /// <summary>The armored signature of the content.</summary>
    public const string HttpSignature = "http.sig.signature";

    /// <summary>The digest the content must have.</summary>
    public const string HttpChecksum = "http.checksum";

    /// <summary>The file's name in the result.</summary>
    public const string HttpFileName = "http.filename";

    /// <summary>The session that serves the layout.</summary>
    public const string OciSession = "oci.session";

    /// <summary>The layout's name.</summary>
    public const string OciStore = "oci.store";
}
