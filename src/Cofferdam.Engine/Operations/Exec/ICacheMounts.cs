namespace Cofferdam.Engine;

/// <summary>The directories that steps keep between builds, as who removes them sees them.</summary>
public interface ICacheMounts
{
    /// <summary>Whether a step has the directory.</summary>
    /// <param name="directory">Its name in the state directory.</param>
    bool IsUsed(string directory);

    /// <summary>Removes a directory; false when a step has it.</summary>
    Task<bool> TryRemoveAsync(string directory, CancellationToken cancellationToken);
}
