namespace Cofferdam.Model;

/// <summary>Content does not have the digest that it was named by.</summary>
public sealed class DigestMismatchException : CofferdamException
{
    /// <summary>Makes an error.</summary>
    /// <param name="subject">What it is, for example <c>the manifest of "alpine"</c>.</param>
    /// <param name="expected">The digest it was named by.</param>
    /// <param name="actual">The digest of what arrived.</param>
    public DigestMismatchException(string subject, Digest expected, Digest actual)
        : base(ErrorCode.DigestMismatch, $"{subject} has digest {actual}, not {expected} as it was named by")
    {
        (Expected, Actual) = (expected, actual);
        Hint = "nothing of it was kept; try again, and if it stays so check the registry and any proxy on the way to it";
    }

    /// <summary>The digest it was named by.</summary>
    public Digest Expected { get; }

    /// <summary>The digest of what arrived.</summary>
    public Digest Actual { get; }
}
