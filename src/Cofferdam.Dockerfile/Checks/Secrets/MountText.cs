namespace Cofferdam.Dockerfile;

/// <summary>Reads parts of a <c>--mount</c> as it is written, variables and all.</summary>
internal static class MountText
{
    public static bool IsSecret(string mount) => Value(mount, "type") == "secret";

    /// <summary>The value of a key; null where the key is not given.</summary>
    public static string? Value(string mount, params string[] keys)
    {
        foreach (var field in mount.Split(','))
        {
            var separator = field.IndexOf('=', StringComparison.Ordinal);
            if (separator > 0 && keys.Contains(field[..separator].Trim().ToLowerInvariant()))
            {
                return field[(separator + 1)..].Trim();
            }
        }

        return null;
    }

    /// <summary>Where a secret's file is; null where it is a variable only.</summary>
    public static string? SecretTarget(string mount)
    {
        var target = Value(mount, "target", "dst", "destination");
        return target ?? (Value(mount, "env") is null && Value(mount, "id", "source", "src") is { } id ? "/run/secrets/" + id : null);
    }
}
