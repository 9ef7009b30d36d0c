namespace Cofferdam.Registry;

/// <summary>A user's name and password, or an identity token alone when the name is empty. Its text shows neither.</summary>
/// <param name="UserName">The name; empty with an identity token.</param>
/// <param name="Secret">The password, or the identity (refresh) token.</param>
public sealed record RegistryLogin(string UserName, string Secret)
{
    /// <inheritdoc/>
    public override string ToString() => "***";
}
