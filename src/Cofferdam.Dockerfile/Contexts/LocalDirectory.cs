namespace Cofferdam.Dockerfile;

/// <summary>A directory of the client, or a part of it.</summary>
/// <param name="Name">The name the client serves it under.</param>
/// <param name="Session">The client's session; empty is any of the build.</param>
/// <param name="Unique">What keeps it apart from other builds' where no session is named.</param>
/// <param name="SharedKey">Which earlier transfer it is compared with.</param>
/// <param name="StepName">What users see.</param>
internal sealed record LocalDirectory(string Name, string Session, string Unique, string SharedKey, string StepName)
{
    /// <summary>The paths that are needed; none is all.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>Patterns of what is needed; none is all.</summary>
    public IReadOnlyList<string> Includes { get; init; } = [];

    /// <summary>Whether files are fetched even where they look the same as before.</summary>
    public bool AlwaysFetches { get; init; }

    public LlbState ToState()
    {
        var attributes = new Dictionary<string, string>
        {
            [Session.Length > 0 ? SourceAttributes.LocalSession : SourceAttributes.LocalUnique] = Session.Length > 0 ? Session : Unique,
            [SourceAttributes.LocalSharedKeyHint] = SharedKey,
        };
        if (Paths.Count > 0)
        {
            attributes.Add(SourceAttributes.LocalFollowPaths, JsonText.Array(Paths));
        }

        if (Includes.Count > 0)
        {
            attributes.Add(SourceAttributes.LocalIncludePatterns, JsonText.Array(Includes));
        }

        if (Excludes.Count > 0)
        {
            attributes.Add(SourceAttributes.LocalExcludePatterns, JsonText.Array(Excludes));
        }

        if (AlwaysFetches)
        {
            attributes.Add(SourceAttributes.LocalDiffer, "none");
        }

        return LlbState.Source(SourceSchemes.Local + Name, attributes, new NodeOptions { Name = StepName });
    }

    /// <summary>The paths to ask for, of those that are used: none where the root is.</summary>
    public static IReadOnlyList<string> Narrow(IReadOnlySet<string> paths) =>
        paths.Contains("/") ? [] : [.. paths.Select(path => UnixPath.Clean("./" + path)).Order(StringComparer.Ordinal)];
}
