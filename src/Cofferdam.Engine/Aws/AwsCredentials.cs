namespace Cofferdam.Engine;

/// <summary>Credentials for a service of AWS, or one that is asked alike.</summary>
/// <param name="AccessKeyId">Names the key.</param>
/// <param name="SecretAccessKey">The key.</param>
/// <param name="SessionToken">Goes with temporary keys; null with others.</param>
public sealed record AwsCredentials(string AccessKeyId, string SecretAccessKey, string? SessionToken)
{
    /// <summary>Finds credentials as AWS's programs do: in variables, then in the profile's files; null when there are none.</summary>
    /// <param name="variable">Reads a variable of the environment.</param>
    public static AwsCredentials? Find(Func<string, string?> variable)
    {
        if (variable("AWS_ACCESS_KEY_ID") is { Length: > 0 } id && variable("AWS_SECRET_ACCESS_KEY") is { Length: > 0 } secret)
        {
            return new AwsCredentials(id, secret, variable("AWS_SESSION_TOKEN") is { Length: > 0 } token ? token : null);
        }

        var profile = ProfileOf(variable);
        return Read(FileOf(variable, "AWS_SHARED_CREDENTIALS_FILE", "credentials"), profile)
            ?? Read(FileOf(variable, "AWS_CONFIG_FILE", "config"), SectionOf(profile));
    }

    /// <summary>Finds the region as AWS's programs do: in variables, then in the profile's file; null when none is named.</summary>
    /// <param name="variable">Reads a variable of the environment.</param>
    public static string? FindRegion(Func<string, string?> variable) =>
        variable("AWS_REGION") is { Length: > 0 } region ? region
        : variable("AWS_DEFAULT_REGION") is { Length: > 0 } usual ? usual
        : ReadSection(FileOf(variable, "AWS_CONFIG_FILE", "config"), SectionOf(ProfileOf(variable))).GetValueOrDefault("region");

    /// <summary>Hides the key.</summary>
    public override string ToString() => "***";

    private static string ProfileOf(Func<string, string?> variable) => variable("AWS_PROFILE") is { Length: > 0 } named ? named : "default";

    private static string SectionOf(string profile) => profile == "default" ? profile : "profile " + profile;

    private static string? FileOf(Func<string, string?> variable, string name, string file) =>
        variable(name) is { Length: > 0 } path ? path : variable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".aws", file) : null;

    private static AwsCredentials? Read(string? path, string section) =>
        ReadSection(path, section) is var values && values.TryGetValue("aws_access_key_id", out var id) && values.TryGetValue("aws_secret_access_key", out var secret)
            ? new AwsCredentials(id, secret, values.GetValueOrDefault("aws_session_token"))
            : null;

    private static Dictionary<string, string> ReadSection(string? path, string section)
    {
        string[] lines;
        try
        {
            lines = path is not null && File.Exists(path) ? File.ReadAllLines(path) : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            lines = []; // As one that is not there.
        }

        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var isIn = false;
        foreach (var line in lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] is not ('#' or ';')))
        {
            if (line[0] == '[')
            {
                isIn = line.TrimEnd(']')[1..].Trim() == section;
            }
            else if (isIn && line.Split('=', 2, StringSplitOptions.TrimEntries) is [var key, var value])
            {
                values[key] = value;
            }
        }

        return values;
    }
}
