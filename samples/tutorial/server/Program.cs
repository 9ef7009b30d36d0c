// The company server: greets whoever shows the right credentials by name, everybody else as a guest.
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{(args.Length > 0 ? args[0] : "5080")}");
await using var app = builder.Build();

var user = SHA256.HashData("admin"u8);
var password = SHA256.HashData("password"u8);

app.MapGet("/", (HttpRequest request) => IsAdmin(request) ? "Hello, Admin\n" : "Hello, guest\n");
await app.RunAsync();

// Both comparisons are always made, over hashes of one length: the time taken tells nothing of what was wrong.
bool IsAdmin(HttpRequest request)
{
    if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
        || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)
        || header.Parameter is not { Length: < 1024 } parameter)
    {
        return false;
    }

    var decoded = new byte[parameter.Length];
    if (!Convert.TryFromBase64String(parameter, decoded, out var length))
    {
        return false;
    }

    var pair = Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2);
    return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(pair[0])), user)
        & CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(pair[^1])), password);
}
