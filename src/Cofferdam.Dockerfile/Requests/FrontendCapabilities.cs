namespace Cofferdam.Dockerfile;

/// <summary>What clients may require of the frontend in <c>frontend.caps</c>.</summary>
internal static class FrontendCapabilities
{
    private static readonly string[] Known =
    [
        "moby.buildkit.frontend.inputs", "moby.buildkit.frontend.subrequests", "moby.buildkit.frontend.contexts", "moby.buildkit.frontend.gitquerystring",
    ];

    public static void Check(ImmutableDictionary<string, string> options)
    {
        // "+forward" lets a frontend image answer instead; there is none, so it is required here as well.
        var required = options.GetValueOrDefault("frontend.caps", string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => name.Split('+')[0]);
        if (required.FirstOrDefault(name => !Known.Contains(name)) is { } missing)
        {
            throw new UnsupportedException($"unsupported frontend capability {missing}");
        }
    }
}
