using Cofferdam.Model;

namespace Cofferdam.Cli.Parsing;

/// <summary>Reads words of the command line: one that is not understood is wrong usage.</summary>
internal static class CommandWords
{
    /// <summary>An image reference; throws <see cref="UsageException"/>.</summary>
    public static ImageReference Reference(string text) => Read(text, ImageReference.Parse);

    /// <summary>A platform; throws <see cref="UsageException"/>.</summary>
    public static Platform Platform(string text) => Read(text, Model.Platform.Parse);

    private static T Read<T>(string text, Func<string, T> parse)
    {
        try
        {
            return parse(text);
        }
        catch (InvalidInputException error)
        {
            throw new UsageException(error.Message) { Hint = error.Hint };
        }
    }
}
