using System.Net.Http.Headers;

namespace Cofferdam.Registry.Authorization;

/// <summary>A header that worked, and until when it does.</summary>
internal sealed record CachedAuthorization(AuthenticationHeaderValue Header, DateTimeOffset Expires);
