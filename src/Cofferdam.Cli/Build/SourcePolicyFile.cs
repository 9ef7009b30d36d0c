using Cofferdam.Cli.Terminal;
using Cofferdam.Model;
using Cofferdam.Protocol.SourcePolicy;
using Google.Protobuf;

namespace Cofferdam.Cli.Build;

/// <summary>The source policy of the file that an environment variable names, as docker buildx and buildctl read it.</summary>
internal static class SourcePolicyFile
{
    private const string Variable = "EXPERIMENTAL_BUILDKIT_SOURCE_POLICY";

    /// <summary>Reads it; null where the variable is not set.</summary>
    public static Policy? Read(CommandConsole console)
    {
        if (console.Variable(Variable) is not { Length: > 0 } path)
        {
            return null;
        }

        try
        {
            return JsonParser.Default.Parse<Policy>(File.ReadAllText(console.FullPath(path)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidJsonException or InvalidProtocolBufferException)
        {
            throw new InvalidInputException($"read the source policy {Quote.Text(path)} of {Variable}: {error.Message.TrimEnd('.')}", error) { Hint = "it is JSON: {\"rules\": [{\"action\": \"DENY\", \"selector\": {\"identifier\": \"…\"}}]}" };
        }
    }
}
