namespace Cofferdam.Dockerfile;

/// <summary>Decides whether this frontend is the one that a Dockerfile asks for.</summary>
internal static class SyntaxDirective
{
    private const string Argument = "BUILDKIT_SYNTAX";

    /// <summary>The other frontend that is asked for; null where it is this one.</summary>
    public static FrontendForward? Find(SourceText source, FrontendRequest request)
    {
        if (request.Options.ContainsKey("cmdline"))
        {
            return null; // this is the frontend that was asked for
        }

        var forward = request.Options.TryGetValue("build-arg:" + Argument, out var given) ? new FrontendForward(FirstWord(given), given, Argument, null)
            : DirectiveReader.FindSyntax(source.Text) is { } directive
                ? new FrontendForward(FirstWord(directive.Value), directive.Value, null, source.At(new LineRange(directive.Line, directive.Line)))
            : null;
        return forward is null || FrontendSource.IsBuiltIn(forward.Source, request) ? null : forward;
    }

    private static string FirstWord(string value) => value.Trim().Split(' ')[0];
}
