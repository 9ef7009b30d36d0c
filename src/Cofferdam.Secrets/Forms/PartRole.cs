namespace Cofferdam.Secrets.Forms;

/// <summary>What a part of a secret is; decides how characteristic it must be to be searched.</summary>
internal enum PartRole
{
    /// <summary>All that the user gave.</summary>
    Whole,

    /// <summary>A value that its key calls a credential.</summary>
    Credential,

    /// <summary>A user together with a password, or a line that names both.</summary>
    Pair,

    /// <summary>A value of which nothing says whether it is secret; searched when it looks random.</summary>
    Candidate,

    /// <summary>A line of a text that no reader knows.</summary>
    Line,

    /// <summary>Known to be public: a certificate, an address.</summary>
    Public,
}
