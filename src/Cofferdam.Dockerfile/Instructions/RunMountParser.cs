using System.Globalization;

namespace Cofferdam.Dockerfile;

/// <summary>Understands the value of <c>RUN --mount</c>.</summary>
internal static class RunMountParser
{
    private static readonly string[] Kinds = ["bind", "cache", "tmpfs", "secret", "ssh"];

    private static readonly string[] Keys =
    [
        "type", "from", "source", "target", "readonly", "id", "sharing", "required", "size", "mode", "uid", "gid", "src", "dst", "destination", "ro", "rw", "readwrite", "env",
    ];

    // The mounts that an option is for, where it is not for all.
    private static readonly Dictionary<string, string> Owners = new()
    {
        ["env"] = "type=secret",
        ["gid"] = "type=cache, type=secret and type=ssh",
        ["mode"] = "type=cache, type=secret and type=ssh",
        ["required"] = "type=secret and type=ssh",
        ["sharing"] = "type=cache",
        ["size"] = "type=tmpfs",
        ["uid"] = "type=cache, type=secret and type=ssh",
    };

    /// <summary>What the mount takes its files from, before variables are replaced; it may hold none.</summary>
    public static string CheckFrom(string text)
    {
        var from = string.Empty;
        foreach (var field in CommaSeparated.Split(text))
        {
            var (key, value) = SplitField(field);
            if (key == "from" && value is not null)
            {
                from = value.IndexOf('$', StringComparison.Ordinal) is var index && index >= 0 && index != value.Length - 1
                    ? throw DockerfileError.Syntax("'from' doesn't support variable expansion, define alias stage instead", "write FROM $VARIABLE AS name before this stage, and from=name here")
                    : value;
            }
        }

        return from;
    }

    /// <summary>Understands a mount.</summary>
    /// <param name="text">Its fields.</param>
    /// <param name="expand">Replaces variables in a value.</param>
    public static RunMount Parse(string text, Func<string, string> expand)
    {
        var mount = new RunMount();
        foreach (var field in CommaSeparated.Split(text))
        {
            var (key, value) = SplitField(field);
            mount = value is null ? ApplyWord(mount, key, field) : Apply(mount, key, expand(value), field);
        }

        Check(mount);
        return mount;
    }

    private static (string Key, string? Value) SplitField(string field) => field.IndexOf('=', StringComparison.Ordinal) is >= 0 and var separator
        ? (field[..separator].ToLowerInvariant(), field[(separator + 1)..])
        : (field.ToLowerInvariant(), null);

    private static RunMount ApplyWord(RunMount mount, string key, string field) => key switch
    {
        "readonly" or "ro" => mount with { ReadOnlyFlag = true },
        "readwrite" or "rw" => mount with { ReadOnlyFlag = false },
        "required" => Require(mount, true),
        _ => throw DockerfileError.Meaning($"invalid field '{field}' must be a key=value pair", Keys.Contains(key) ? $"write {key}=value" : DockerfileError.Suggest(key, Keys)),
    };

    private static RunMount Apply(RunMount mount, string key, string value, string field) => key switch
    {
        "type" => mount with { Kind = ParseKind(value) },
        "from" => mount with { From = value },
        "source" or "src" => mount with { Source = value },
        "target" or "dst" or "destination" => mount with { Target = value },
        "readonly" or "ro" => mount with { ReadOnlyFlag = ParseBoolean(key, value) },
        "readwrite" or "rw" => mount with { ReadOnlyFlag = !ParseBoolean(key, value) },
        "required" => Require(mount, ParseBoolean(key, value)),
        "size" when mount.Kind == MountKind.Tmpfs => mount with { Size = ByteSize.Parse(value) ?? throw Invalid(key, value, "write it as size=64m or size=1g") },
        "size" => throw Unexpected(mount, key),
        "id" => mount with { Id = value },
        "sharing" => mount with { Sharing = ParseSharing(value) },
        "mode" => mount with { Mode = ParseOctal(value) ?? throw DockerfileError.Meaning($"invalid value {value} for mode", "write it in octal, as mode=0400") },
        "uid" => mount with { Uid = ParseNumber(key, value) },
        "gid" => mount with { Gid = ParseNumber(key, value) },
        "env" => mount with { Variable = value },
        _ => throw DockerfileError.Meaning($"unexpected key '{key}' in '{field}'", DockerfileError.Suggest(key, Keys) ?? $"it is one of {string.Join(", ", Keys)}"),
    };

    private static CofferdamException Invalid(string key, string value, string hint) => DockerfileError.Meaning($"invalid value for {key}: {value}", hint);

    private static CofferdamException Unexpected(RunMount mount, string key) =>
        DockerfileError.Meaning($"unexpected key '{key}' for mount type '{NameOf(mount)}'", $"{key} is an option of {Owners[key]}{(key == "env" ? string.Empty : ", which must stand before it")}");

    private static string NameOf(RunMount mount) => Kinds[(int)mount.Kind];

    private static RunMount Require(RunMount mount, bool isRequired) =>
        mount.Kind is MountKind.Secret or MountKind.Ssh ? mount with { IsRequired = isRequired } : throw Unexpected(mount, "required");

    private static MountKind ParseKind(string value) => Array.IndexOf(Kinds, value.ToLowerInvariant()) is >= 0 and var index
        ? (MountKind)index
        : throw DockerfileError.Meaning($"unsupported mount type {Quote.Text(value)}", DockerfileError.Suggest(value, Kinds) ?? $"it is one of {string.Join(", ", Kinds)}");

    private static CacheSharingOpt ParseSharing(string value) => value.ToLowerInvariant() switch
    {
        "shared" => CacheSharingOpt.Shared,
        "private" => CacheSharingOpt.Private,
        "locked" => CacheSharingOpt.Locked,
        _ => throw DockerfileError.Meaning($"unsupported sharing value {Quote.Text(value)}", DockerfileError.Suggest(value, ["shared", "private", "locked"]) ?? "it is one of shared, private, locked"),
    };

    private static bool ParseBoolean(string key, string value) => GoBoolean.Parse(value) ?? throw Invalid(key, value, "write true or false");

    private static uint ParseNumber(string key, string value) => uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw DockerfileError.Meaning($"invalid value {value} for {key}", "give its number");

    private static uint? ParseOctal(string value) => value.Length is > 0 and <= 10 && !value.AsSpan().ContainsAnyExcept("01234567") ? Convert.ToUInt32(value, 8) : null;

    private static void Check(RunMount mount)
    {
        if (mount is { HasOwnership: true, Kind: MountKind.Bind or MountKind.Tmpfs })
        {
            var key = mount.Mode is not null ? "mode" : mount.Uid is not null ? "uid" : "gid";
            throw DockerfileError.Meaning($"{key} not allowed for {Quote.Text(NameOf(mount))} type mounts", $"{key} is an option of {Owners[key]}");
        }

        if (mount.Kind == MountKind.Secret)
        {
            CheckSecret(mount);
        }

        if (mount.Sharing is not null && mount.Kind != MountKind.Cache)
        {
            throw DockerfileError.Meaning($"invalid cache sharing set for {NameOf(mount)} mount", $"sharing is an option of {Owners["sharing"]}");
        }

        if (mount.Variable is not null && mount.Kind != MountKind.Secret)
        {
            throw Unexpected(mount, "env");
        }
    }

    private static void CheckSecret(RunMount mount)
    {
        (string Problem, string Hint)? found = mount switch
        {
            { From.Length: > 0 } => ("secret mount should not have a from", "secrets come with --secret"),
            { Sharing: not null } => ("secret mount should not define sharing", $"sharing is an option of {Owners["sharing"]}"),
            { Source: "", Target: "", Id: "" } => ("invalid secret mount. one of source, target required", "name the secret with id="),
            { Source.Length: > 0, Id.Length: > 0 } => ("both source and id can't be set", "both are the secret's name: keep id"),
            _ => null,
        };
        if (found is var (problem, hint))
        {
            throw DockerfileError.Meaning(problem, hint);
        }
    }
}
