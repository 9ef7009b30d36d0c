namespace Cofferdam.Model;

/// <summary>Something that was named does not exist.</summary>
public sealed class NotFoundException(string message, Exception? innerException = null)
    : CofferdamException(ErrorCode.NotFound, message, innerException)
{
    /// <summary>The path that is missing, from the root it was looked for in and without a slash at its start; null when it is no such path.</summary>
    public string? MissingPath { get; init; }

    /// <summary>The names that are there beside the missing path.</summary>
    public IReadOnlyList<string> Siblings { get; init; } = [];
}
