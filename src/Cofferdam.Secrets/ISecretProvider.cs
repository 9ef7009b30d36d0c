namespace Cofferdam.Secrets;

/// <summary>Where a build's secrets come from. Values are asked for anew each time a step needs them.</summary>
public interface ISecretProvider
{
    /// <summary>The secret of that id, owned by the caller; null when there is none.</summary>
    ValueTask<SecretValue?> GetAsync(string id, CancellationToken cancellationToken);
}
