using System.Collections;
using System.Collections.Immutable;

namespace Cofferdam.Cli.Frontend;

/// <summary>What a frontend's process is told of its request by its environment (BuildKit frontend/gateway).</summary>
internal static class FrontendVariables
{
    private const string OptionPrefix = "BUILDKIT_FRONTEND_OPT_";

    /// <summary>The options of the request: each variable is <c>name=value</c>.</summary>
    public static ImmutableDictionary<string, string> ReadOptions(IDictionary variables)
    {
        var options = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (DictionaryEntry variable in variables)
        {
            if (((string)variable.Key).StartsWith(OptionPrefix, StringComparison.Ordinal))
            {
                var (name, value) = ((string)variable.Value!).Split('=', 2) is [var first, var second] ? (first, second) : ((string)variable.Value!, string.Empty);
                options[name] = value;
            }
        }

        return options.ToImmutable();
    }
}
