namespace Cofferdam.Dockerfile;

/// <summary>Decides whether this frontend is the one that a Dockerfile asks for.</summary>
internal static class SyntaxDirective
{
    public static void Check(SourceText source, ImmutableDictionary<string, string> options)
    {
        if (options.ContainsKey("cmdline"))
        {
            return; // this is the frontend that was asked for
        }

        if (options.TryGetValue("build-arg:BUILDKIT_SYNTAX", out var given))
        {
            Check(given, "BUILDKIT_SYNTAX", null);
        }
        else if (DirectiveReader.FindSyntax(source.Text) is { } directive)
        {
            Check(directive.Value, $"line {directive.Line}: syntax", source.At(new LineRange(directive.Line, directive.Line)));
        }
    }

    private static void Check(string value, string where, SourceLocation? location)
    {
        var image = value.Trim().Split(' ')[0];
        var isOwn = image == "dockerfile.v0"
            || (ImageReference.TryParse(image, out var reference) && reference.Name is "docker.io/docker/dockerfile" or "docker.io/docker/dockerfile-upstream");
        if (!isOwn)
        {
            throw new UnsupportedException($"{where} = {image}: frontend images other than docker/dockerfile are not supported yet")
            {
                Hint = "use # syntax=docker/dockerfile:1, or leave the line out",
                Location = location,
            };
        }
    }
}
