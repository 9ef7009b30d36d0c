namespace Cofferdam.Model;

/// <summary>Something that was named does not exist.</summary>
public sealed class NotFoundException(string message, Exception? innerException = null)
    : CofferdamException(ErrorCode.NotFound, message, innerException)
{
    /// <summary>The path that is missing, from the root it was looked for in and without a slash at its start; null when it is no such path.</summary>
    public string? MissingPath { get; init; }

    /// <summary>The first part of the path that is missing: the path itself where its directory is there.</summary>
    public string? FirstMissing { get; init; }

    /// <summary>The names that are there beside <see cref="FirstMissing"/>.</summary>
    public IReadOnlyList<string> Siblings { get; init; } = [];
}
