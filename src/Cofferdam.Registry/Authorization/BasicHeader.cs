using System.Net.Http.Headers;
using System.Text;

namespace Cofferdam.Registry.Authorization;

/// <summary>A login as a header (RFC 7617).</summary>
internal static class BasicHeader
{
    internal static AuthenticationHeaderValue Of(RegistryLogin login) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login.UserName}:{login.Secret}")));
}
