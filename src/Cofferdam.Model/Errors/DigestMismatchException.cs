namespace Cofferdam.Model;

/// <summary>Content does not have the digest that it was named by.</summary>
public sealed class DigestMismatchException(string subject, Digest expected, Digest actual)
    : CofferdamException(ErrorCode.DigestMismatch, $"{subject} has digest {actual}, not {expected} as it was named by")
{
    /// <summary>The digest it was named by.</summary>
    public Digest Expected { get; } = expected;

    /// <summary>The digest of what arrived.</summary>
    public Digest Actual { get; } = actual;
}
