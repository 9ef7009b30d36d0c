namespace Cofferdam.Model;

/// <summary>The root of every error that a user is told of: what was being done, to what, and why it failed.</summary>
/// <remarks>The message is lower-case, names the thing in quotes and has no final period. It never holds a secret.</remarks>
public class CofferdamException : Exception
{
    /// <summary>Makes an error.</summary>
    public CofferdamException(ErrorCode code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>The stable number of this kind of error.</summary>
    public ErrorCode Code { get; }

    /// <summary>What the user can do about it, if anything is known to help.</summary>
    public string? Hint { get; init; }

    /// <summary>Where in a Dockerfile (or another source) the error lies.</summary>
    public SourceLocation? Location { get; init; }
}
