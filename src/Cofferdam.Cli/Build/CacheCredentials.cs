using Cofferdam.Cli.Terminal;
using Cofferdam.Engine;

namespace Cofferdam.Cli.Build;

/// <summary>What buildx adds to caches of the environment: the daemon does not have the user's.</summary>
internal static class CacheCredentials
{
    /// <summary>The flag with what the environment says; null where it asks for GitHub's cache outside of GitHub Actions, which is passed over as by buildx.</summary>
    public static CacheFlag? Add(CacheFlag flag, CommandConsole console)
    {
        if (flag.Type is not ("s3" or "gha"))
        {
            return flag;
        }

        var attributes = new Dictionary<string, string>(flag.Attributes.ToDictionary());
        if (flag.Type == "s3")
        {
            AddAws(attributes, console);
        }
        else
        {
            AddGitHub(attributes, console);
            if (!Has(attributes, "token") || !(Has(attributes, "url") || Has(attributes, "url_v2")))
            {
                return null;
            }
        }

        return flag with { Attributes = attributes };
    }

    private static bool Has(Dictionary<string, string> attributes, string key) => attributes.TryGetValue(key, out var value) && value.Length > 0;

    private static void AddAws(Dictionary<string, string> attributes, CommandConsole console)
    {
        if ((attributes.ContainsKey("access_key_id") && attributes.ContainsKey("secret_access_key")) || AwsCredentials.Find(console.Variable) is not { } found)
        {
            return;
        }

        attributes.TryAdd("access_key_id", found.AccessKeyId);
        attributes.TryAdd("secret_access_key", found.SecretAccessKey);
        if (found.SessionToken is { } token)
        {
            attributes.TryAdd("session_token", token);
        }
    }

    private static void AddGitHub(Dictionary<string, string> attributes, CommandConsole console)
    {
        var isSecond = attributes.TryGetValue("version", out var version)
            ? version == "2"
            : console.Variable("ACTIONS_CACHE_SERVICE_V2") is "1" or "t" or "T" or "true" or "TRUE" or "True";
        Set("token", console.Variable("ACTIONS_RUNTIME_TOKEN"));
        Set("url_v2", isSecond ? console.Variable("ACTIONS_RESULTS_URL") : null);
        Set("url", console.Variable("ACTIONS_CACHE_URL") ?? console.Variable("ACTIONS_RESULTS_URL"));

        void Set(string key, string? value)
        {
            if (value is not null)
            {
                attributes.TryAdd(key, value);
            }
        }
    }
}
