using System.Text;
using Cofferdam.Secrets;

namespace Cofferdam.UnitTests.Secrets;

/// <summary>Short words for tests that search.</summary>
internal static class Searching
{
    internal static SecretSearch For(params (string Id, string Value)[] secrets) =>
        new([.. secrets.Select(secret => new SearchedSecret(secret.Id, new SecretValue(Encoding.UTF8.GetBytes(secret.Value))))]);

    internal static IReadOnlyList<SecretMatch> In(SecretSearch search, ReadOnlySpan<byte> stream)
    {
        using var scanner = search.OpenScanner();
        scanner.Append(stream);
        return scanner.Finish();
    }

    internal static IReadOnlyList<SecretMatch> In(SecretSearch search, string stream) => In(search, Encoding.UTF8.GetBytes(stream));
}
