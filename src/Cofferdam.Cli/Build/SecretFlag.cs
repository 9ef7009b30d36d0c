using System.Globalization;
using Cofferdam.Cli.Parsing;
using Cofferdam.Model;

namespace Cofferdam.Cli.Build;

/// <summary>One <c>--secret</c>: where the value for an id comes from. The value itself is read when the daemon asks for it.</summary>
/// <param name="Id">The name steps ask by.</param>
/// <param name="File">The file that holds the value; null when <paramref name="Variable"/> is set.</param>
/// <param name="Variable">The environment variable that holds it.</param>
internal sealed record SecretFlag(string Id, string? File, string? Variable)
{
    /// <summary>Reads <c>id=NAME[,src=PATH|,env=NAME][,type=file|env]</c>; throws <see cref="UsageException"/>.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="variable">Looks up the environment: with neither source nor variable, a variable named as the id comes before a file so named.</param>
    public static SecretFlag Parse(string text, Func<string, string?> variable)
    {
        string? id = null, source = null, env = null, type = null;
        foreach (var field in CsvFields.Split(text))
        {
            var (key, value) = CsvFields.Pair(field, "--secret");
            switch (key)
            {
                case "id":
                    id = value;
                    break;
                case "src" or "source":
                    source = value;
                    break;
                case "env":
                    env = value;
                    break;
                case "type" when value is "file" or "env":
                    type = value;
                    break;
                case "type":
                    throw new UsageException($"unsupported secret type {Quote.Text(value)}") { Hint = "it is \"file\" or \"env\"" };
                default:
                    throw new UsageException($"unexpected key {Quote.Text(key)} of \"--secret\"") { Hint = "write it as id=NAME[,src=PATH|,env=VARIABLE][,type=file|env]" };
            }
        }

        if (string.IsNullOrEmpty(id))
        {
            throw new UsageException("a secret needs an id") { Hint = "write it as id=NAME[,src=PATH|,env=VARIABLE][,type=file|env]" };
        }

        if (type == "env" && env is null)
        {
            (env, source) = (source ?? id, null);
        }

        if (type != "file" && source is null && env is null && variable(id) is not null)
        {
            env = id;
        }

        return env is null ? new SecretFlag(id, source ?? id, null) : new SecretFlag(id, null, env);
    }

    /// <summary>The flag without what it might reveal.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"secret {Id}");
}
