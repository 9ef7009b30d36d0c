namespace Cofferdam.Dockerfile;

/// <summary>What clients may require of the frontend in <c>frontend.caps</c>.</summary>
internal static class FrontendCapabilities
{
    private static readonly string[] Known =
    [
        "moby.buildkit.frontend.inputs", "moby.buildkit.frontend.subrequests", "moby.buildkit.frontend.contexts", "moby.buildkit.frontend.gitquerystring",
    ];

    /// <summary>The error for what is required and not known; null where there is none. Where another frontend may have it (<c>+forward</c>) it is returned, else thrown.</summary>
    public static CofferdamException? Check(ImmutableDictionary<string, string> options)
    {
        CofferdamException? missing = null;
        foreach (var required in options.GetValueOrDefault("frontend.caps", string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = required.Split('+');
            if (Known.Contains(parts[0]))
            {
                continue;
            }

            missing = new FrontendCapabilityException(parts[0]) { Hint = "the client asks for what a newer Dockerfile frontend has: name one with # syntax=" };
            if (!parts.Contains("forward"))
            {
                throw missing;
            }
        }

        return missing;
    }
}
