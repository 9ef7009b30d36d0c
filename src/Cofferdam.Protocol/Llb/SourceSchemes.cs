namespace Cofferdam.Protocol.Llb;

/// <summary>How identifiers of LLB sources begin (BuildKit util/urlutil and source packages).</summary>
public static class SourceSchemes
{
    /// <summary>An image of a registry.</summary>
    public const string Image = "docker-image://";

    /// <summary>An image of an OCI layout that a client serves.</summary>
    public const string OciLayout = "oci-layout://";

    /// <summary>A directory of a client.</summary>
    public const string Local = "local://";

    /// <summary>A git repository.</summary>
    public const string Git = "git://";
}
