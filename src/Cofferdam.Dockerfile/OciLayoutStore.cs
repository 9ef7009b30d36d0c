namespace Cofferdam.Dockerfile;

/// <summary>An OCI layout directory of a client.</summary>
/// <param name="SessionId">The client's session; empty is any of the build.</param>
/// <param name="StoreId">The name the client serves it under.</param>
public sealed record OciLayoutStore(string SessionId, string StoreId);
