namespace Cofferdam.Testing;

/// <summary>Something that reads input nobody can trust.</summary>
/// <param name="Name">Its name, and that of its corpus.</param>
/// <param name="Tokens">Words of its language, to be put into inputs.</param>
/// <param name="Read">Reads an input; only a CofferdamException may leave it.</param>
public sealed record FuzzTarget(string Name, IReadOnlyList<string> Tokens, Action<byte[]> Read)
{
    /// <summary>Where the target's inputs are.</summary>
    public string Corpus => Path.Combine(Repository.Root, "tests", "corpus", "fuzz", Name);

    /// <summary>The inputs in the checkout, by name.</summary>
    public IReadOnlyList<byte[]> ReadCorpus() => [.. Directory.EnumerateFiles(Corpus).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
}
