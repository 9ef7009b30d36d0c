namespace Cofferdam.Secrets;

/// <summary>A secret where it must not be; never its value.</summary>
/// <param name="SecretId">The secret's id.</param>
/// <param name="Form">Which part of it: "whole", "netrc password".</param>
/// <param name="Encoding">How it is written, a name of the list of encodings.</param>
/// <param name="Path">The file; inside archives <c>a.tar.gz!lib/b.whl!c.txt</c>. A name that holds a secret itself is withheld.</param>
/// <param name="Offset">Where it begins in the innermost file, in bytes.</param>
/// <param name="Length">How many bytes it takes there.</param>
/// <param name="Advice">How secrets usually get into this file, and what helps; null when nothing is known.</param>
public sealed record SecretFinding(string SecretId, string Form, string Encoding, string Path, long Offset, int Length, LeakAdvice? Advice)
{
    /// <summary>One line for people.</summary>
    public override string ToString() => $"secret \"{SecretId}\" ({Form}, {Encoding}) is in \"{Path}\" at byte {Offset}";
}
