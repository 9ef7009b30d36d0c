using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Refuses what a client asks for and no build does yet, so that nothing is silently left out.</summary>
internal static class UnsupportedRequests
{
    private const string AttestPrefix = "attest:";

    /// <summary>Throws an <see cref="UnsupportedException"/> that names what is not supported.</summary>
    public static void Check(BuildRequest request)
    {
        CheckAttributes(request.FrontendAttributes);
    }

    /// <summary>Throws an <see cref="UnsupportedException"/> that names what is not supported.</summary>
    public static void Check(GatewaySolve request)
    {
        CheckAttributes(request.Options);
    }

    private static void CheckAttributes(IReadOnlyDictionary<string, string> attributes)
    {
        foreach (var (key, value) in attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal))
        {
            if (key.StartsWith(AttestPrefix, StringComparison.Ordinal) && IsWanted(value))
            {
                var type = key[AttestPrefix.Length..];
                throw new UnsupportedException($"attestations of type {Quote.Text(type)} are not supported yet")
                {
                    Hint = type is "provenance" or "sbom" ? $"build without --attest type={type}, or with --{type}=false" : $"build without --attest type={type}",
                };
            }
        }
    }

    // buildx asks on its own for the least provenance, where the result takes it for nothing: "inline-only" is what tells that nobody asked.
    private static bool IsWanted(string value)
    {
        var fields = value.Split(',');
        return !fields.Contains("inline-only=true") && !fields.Contains("disabled=true") && value != "false";
    }
}
