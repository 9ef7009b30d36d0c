using System.Collections.Immutable;

namespace Cofferdam.Registry.Authorization;

/// <summary>A challenge of a WWW-Authenticate header (RFC 9110, 11.6.1).</summary>
/// <param name="Scheme">For example <c>bearer</c>, in lower case.</param>
/// <param name="Parameters">Its parameters, names in lower case.</param>
internal sealed record AuthorizationChallenge(string Scheme, ImmutableDictionary<string, string> Parameters)
{
    /// <summary>Reads all challenges of one header's value; what cannot be read is left out.</summary>
    internal static IReadOnlyList<AuthorizationChallenge> Parse(string header)
    {
        var found = new List<AuthorizationChallenge>();
        var position = 0;
        var scheme = string.Empty;
        var parameters = ImmutableDictionary.CreateBuilder<string, string>();
        while (position < header.Length)
        {
            Skip(header, ref position);
            var word = Word(header, ref position);
            if (word.Length == 0)
            {
                position++;
                continue;
            }

            var end = position;
            while (end < header.Length && header[end] == ' ')
            {
                end++;
            }

            if (end < header.Length && header[end] == '=' && scheme.Length > 0)
            {
                position = end + 1;
                parameters[word.ToLowerInvariant()] = Value(header, ref position);
                continue;
            }

            Add(found, scheme, parameters);
            scheme = word.ToLowerInvariant();
        }

        Add(found, scheme, parameters);
        return found;
    }

    private static void Add(List<AuthorizationChallenge> found, string scheme, ImmutableDictionary<string, string>.Builder parameters)
    {
        if (scheme.Length > 0)
        {
            found.Add(new AuthorizationChallenge(scheme, parameters.ToImmutable()));
        }

        parameters.Clear();
    }

    private static void Skip(string header, ref int position)
    {
        while (position < header.Length && header[position] is (' ' or ',' or '\t'))
        {
            position++;
        }
    }

    private static string Word(string header, ref int position)
    {
        var start = position;
        while (position < header.Length && header[position] is not (' ' or ',' or '=' or '"' or '\t'))
        {
            position++;
        }

        return header[start..position];
    }

    private static string Value(string header, ref int position)
    {
        while (position < header.Length && header[position] == ' ')
        {
            position++;
        }

        if (position >= header.Length || header[position] != '"')
        {
            return Word(header, ref position);
        }

        var text = new System.Text.StringBuilder();
        for (position++; position < header.Length && header[position] != '"'; position++)
        {
            position += header[position] == '\\' && position + 1 < header.Length ? 1 : 0;
            text.Append(header[position]);
        }

        position++;
        return text.ToString();
    }
}
