using System.Globalization;
using Cofferdam.Cli.Parsing;
using Cofferdam.Cli.SecretSources;
using Cofferdam.Model;

namespace Cofferdam.Cli.Build;

/// <summary>One <c>--secret</c>: where values come from. They themselves are read when the daemon asks for them.</summary>
internal sealed record SecretFlag
{
    private const string Form = "write it as id=NAME[,src=PATH|,env=VARIABLE|,from=PROVIDER:REFERENCE][,type=file|env][,cache=value|key:TEXT]";

    /// <summary>The name steps ask by; null where the source names several, or itself.</summary>
    public required string? Id { get; init; }

    /// <summary>The file that holds the value, if it is one.</summary>
    public string? File { get; init; }

    /// <summary>The environment variable that holds it, if it is one.</summary>
    public string? Variable { get; init; }

    /// <summary>The name of another source, if it is one.</summary>
    public string? Provider { get; init; }

    /// <summary>What <see cref="Provider"/> is asked for.</summary>
    public string Reference { get; init; } = string.Empty;

    /// <summary>What steps that have the secret are cached by besides what they do: <c>value</c> or <c>key:TEXT</c>; null is nothing.</summary>
    public string? Cache { get; init; }

    /// <summary>Reads <c>id=NAME[,src=PATH|,env=NAME|,from=PROVIDER:REFERENCE][,type=file|env][,cache=value|key:TEXT]</c>; throws <see cref="UsageException"/>.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="variable">Looks up the environment: with neither source nor variable, a variable named as the id comes before a file so named.</param>
    public static SecretFlag Parse(string text, Func<string, string?> variable)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in CsvFields.Split(text))
        {
            var (key, value) = CsvFields.Pair(field, "--secret");
            fields[key switch
            {
                "source" => "src",
                "id" or "src" or "env" or "from" or "cache" => key,
                "type" => value is "file" or "env" ? key : throw new UsageException($"unsupported secret type {Quote.Text(value)}") { Hint = "it is \"file\" or \"env\"" },
                _ => throw new UsageException($"unexpected key {Quote.Text(key)} of \"--secret\"") { Hint = Form },
            }] = value;
        }

        var flag = fields.GetValueOrDefault("from") is { } from ? OfProvider(fields, from) : OfClient(fields, variable);
        return flag with { Cache = CheckCache(fields.GetValueOrDefault("cache"), flag.Id) };
    }

    /// <summary>The flag without what it might reveal.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"secret {Id}");

    // As buildx reads it.
    private static SecretFlag OfClient(Dictionary<string, string> fields, Func<string, string?> variable)
    {
        var id = fields.GetValueOrDefault("id") is { Length: > 0 } named ? named : throw NoId();
        var (type, source, env) = (fields.GetValueOrDefault("type"), fields.GetValueOrDefault("src"), fields.GetValueOrDefault("env"));
        if (type == "env" && env is null)
        {
            (env, source) = (source ?? id, null);
        }

        if (type != "file" && source is null && env is null && variable(id) is not null)
        {
            env = id;
        }

        return env is null ? new SecretFlag { Id = id, File = source ?? id } : new SecretFlag { Id = id, Variable = env };
    }

    private static SecretFlag OfProvider(Dictionary<string, string> fields, string from)
    {
        if (Array.Find(["src", "env", "type"], fields.ContainsKey) is { } other)
        {
            throw new UsageException($"\"from\" and {Quote.Text(other)} of \"--secret\" exclude each other") { Hint = Form };
        }

        var id = fields.GetValueOrDefault("id") is { Length: > 0 } named ? named : null;
        var (provider, reference) = from.Split(':', 2) is [var name, var rest] ? (name, rest) : (from, string.Empty);
        if (!SecretProviders.Names.Contains(provider))
        {
            throw new UsageException($"unknown source {Quote.Text(provider)} of a secret")
            {
                Hint = NearMatch.Find(provider, SecretProviders.Names) is { } near ? $"did you mean {near}?" : $"it is one of {string.Join(", ", SecretProviders.Names)}",
            };
        }

        if (reference.Length == 0 && provider != "systemd-creds")
        {
            throw new UsageException($"source {Quote.Text(provider)} of a secret needs a reference") { Hint = $"write it as from={provider}:REFERENCE" };
        }

        return id is not null || provider is "dir" or "compose" or "home" || (provider == "systemd-creds" && reference.Length == 0)
            ? new SecretFlag { Id = id, Provider = provider, Reference = reference }
            : throw NoId();
    }

    private static string? CheckCache(string? cache, string? id) => cache switch
    {
        null => null,
        _ when cache != "value" && !(cache.StartsWith("key:", StringComparison.Ordinal) && cache.Length > "key:".Length && !cache.Contains('\n', StringComparison.Ordinal)) =>
            throw new UsageException($"invalid value {Quote.Text(cache)} for \"cache\" of \"--secret\"") { Hint = "it is \"value\", or \"key:\" and a text that is changed when steps shall run again" },
        _ when id?.AsSpan().ContainsAny('=', '\n') == true => throw new UsageException("the id of a secret with \"cache\" must have no \"=\""),
        _ => cache,
    };

    private static UsageException NoId() => new("a secret needs an id") { Hint = Form };
}
