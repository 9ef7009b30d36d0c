namespace Cofferdam.Dockerfile;

/// <summary>Rewrites Dockerfiles so that credentials come as secret mounts, and what checks say of casing and the like is put right. Needs the text only.</summary>
public static class DockerfileFix
{
    // Each pass changes one instruction; a file that takes more has a rule that undoes another.
    private const int MaximumPasses = 10_000;

    /// <summary>Rewrites what can be rewritten safely; throws where the text is no Dockerfile. The result of a second call is that of the first.</summary>
    public static FixResult Apply(string fileName, ReadOnlyMemory<byte> content)
    {
        var changes = ImmutableArray.CreateBuilder<FixNote>();
        var secrets = new Dictionary<string, NeededSecret>();
        var current = content;
        for (var pass = 0; pass < MaximumPasses; pass++)
        {
            var file = FixedFile.Read(fileName, current);
            if (Fix(file) is not { } done)
            {
                return new FixResult(current, changes.ToImmutable(), [.. file.Left.Distinct().OrderBy(note => note.Line)], [.. secrets.Values]);
            }

            changes.AddRange(done.Notes);
            done.Secrets.ForEach(secret => secrets.TryAdd(secret.Id, secret));
            current = file.Write();
        }

        throw new InvalidOperationException("the rules undo each other");
    }

    private static FixStep? Fix(FixedFile file) =>
        WritingFixes.Apply(file) ?? new CredentialFileFix(file).Apply() ?? new VariableFix(file).Apply();
}
