using System.Globalization;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>The attributes of a cache as BuildKit reads them.</summary>
internal static class CacheAttributes
{
    private static readonly string[] s_secrets = ["access_key_id", "secret_access_key", "session_token", "token", "ghtoken"];

    /// <summary>Whether an attribute's value is a secret, so that it must not be kept or shown.</summary>
    public static bool IsSecret(string name) => s_secrets.Contains(name, StringComparer.Ordinal);

    /// <summary>A truth value as Go's strconv reads it; the other where it is none.</summary>
    public static bool IsTrue(this IReadOnlyDictionary<string, string> attributes, string name, bool otherwise = false) => attributes.GetValueOrDefault(name) switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => otherwise,
    };

    /// <summary>A number above zero; throws <see cref="InvalidInputException"/>.</summary>
    public static int Positive(this IReadOnlyDictionary<string, string> attributes, string name, int otherwise) =>
        attributes.GetValueOrDefault(name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : throw new InvalidInputException($"{name} must be a positive integer");

    /// <summary>A length of time as Go writes it; null where there is none or it is not understood.</summary>
    public static TimeSpan? Duration(this IReadOnlyDictionary<string, string> attributes, string name) =>
        attributes.GetValueOrDefault(name) is { } text && GoDuration.TryParse(text, out var nanoseconds) ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick) : null;

    /// <summary>An attribute that is not empty; null for none.</summary>
    public static string? Text(this IReadOnlyDictionary<string, string> attributes, string name) => attributes.GetValueOrDefault(name) is { Length: > 0 } text ? text : null;
}
