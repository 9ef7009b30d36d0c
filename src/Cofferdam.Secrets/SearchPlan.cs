namespace Cofferdam.Secrets;

/// <summary>What a search looks for, without a value in it.</summary>
public sealed record SearchPlan(IReadOnlyList<SecretPlan> Secrets, int Patterns)
{
    /// <summary>The names of all encodings that each searched form is searched in, in the order of <c>docs/seal-encodings.md</c>.</summary>
    public static IReadOnlyList<string> Encodings { get; } = [.. Cofferdam.Secrets.Encodings.SecretEncodings.All.Select(encoding => encoding.Name)];

    /// <summary>The plan for people, one line a secret.</summary>
    public override string ToString() => string.Join('\n', Secrets);
}
