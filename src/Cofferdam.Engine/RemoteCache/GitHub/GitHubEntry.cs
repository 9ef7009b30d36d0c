namespace Cofferdam.Engine;

/// <summary>An entry of the service.</summary>
/// <param name="Key">Its whole key.</param>
/// <param name="Address">Where its content is read, for a while; a secret.</param>
internal sealed record GitHubEntry(string Key, Uri Address);
