namespace Cofferdam.Registry;

/// <summary>A bearer token. Its text does not show it.</summary>
/// <param name="Token">The token.</param>
/// <param name="ExpiresIn">How long it is good; zero is the 60 s of the token specification.</param>
/// <param name="IssuedAt">When it was issued; null is now.</param>
public sealed record RegistryToken(string Token, TimeSpan ExpiresIn, DateTimeOffset? IssuedAt)
{
    /// <inheritdoc/>
    public override string ToString() => "***";
}
