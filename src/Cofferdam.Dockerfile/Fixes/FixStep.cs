namespace Cofferdam.Dockerfile;

/// <summary>A change that was made.</summary>
internal sealed record FixStep(List<FixNote> Notes, List<NeededSecret> Secrets)
{
    public static FixStep Of(int line, CheckRule rule, string text) => new([new FixNote(line, rule.Name, text)], []);
}
