using System.Collections.Immutable;

namespace Cofferdam.Registry;

/// <summary>What a token is asked for (distribution token specification).</summary>
/// <param name="Host">The registry.</param>
/// <param name="Realm">The address of the token server.</param>
/// <param name="Service">The service named in the challenge.</param>
/// <param name="Scopes">For example <c>repository:library/debian:pull</c>.</param>
public sealed record TokenRequest(string Host, string Realm, string Service, ImmutableArray<string> Scopes);
