using Cofferdam.Model;

namespace Cofferdam.Cli.SecretSources;

/// <summary>A source does not give its value. The message is just the reason; who asked says of which secret and which source, and nothing of what a source answered is in it.</summary>
internal sealed class SecretSourceException(string reason, Exception? innerException = null) : CofferdamException(ErrorCode.SecretMissing, reason, innerException)
{
    /// <summary>Whether the source is there and the secret is not, where other clients, too, take that for a secret that was not given.</summary>
    public bool IsAbsent { get; init; }
}
