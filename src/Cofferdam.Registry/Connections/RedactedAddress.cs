namespace Cofferdam.Registry.Connections;

/// <summary>Addresses as messages may show them: a user's name, password and query (signatures, tokens) left out.</summary>
internal static class RedactedAddress
{
    internal static string Of(Uri address) => address.GetLeftPart(UriPartial.Scheme) + address.Authority + address.AbsolutePath + (address.Query.Length == 0 ? string.Empty : "?…");
}
