namespace Cofferdam.Dockerfile;

/// <summary>Paths inside of images and contexts: always with slashes, whatever this machine has.</summary>
internal static class UnixPath
{
    /// <summary>The shortest path that means the same; <c>.</c> for nothing.</summary>
    public static string Clean(string path)
    {
        var isAbsolute = path.StartsWith('/');
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".")
            {
                continue;
            }

            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (!isAbsolute)
            {
                parts.Add(part);
            }
        }

        var joined = string.Join('/', parts);
        return isAbsolute ? "/" + joined : joined.Length == 0 ? "." : joined;
    }

    /// <summary>The path below another one, absolute or not.</summary>
    public static string Join(string parent, string path) => Clean(parent + "/" + path);

    /// <summary>The path as seen from a directory.</summary>
    public static string Resolve(string directory, string path) => path.StartsWith('/') ? Clean(path) : Join("/" + directory, path);

    /// <summary>The path something is copied to: a final slash or <c>/.</c> stays, since it says that a directory is meant.</summary>
    public static string Destination(string directory, string path)
    {
        var text = path is "" or "." ? "./" : path;
        var resolved = Resolve(directory, text);
        if (text.EndsWith('/'))
        {
            return resolved == "/" ? resolved : resolved + "/";
        }

        return text.EndsWith("/.", StringComparison.Ordinal) ? (resolved == "/" ? "/." : resolved + "/.") : resolved;
    }

    /// <summary>The last part.</summary>
    public static string Base(string path)
    {
        var trimmed = path.TrimEnd('/');
        return trimmed.Length == 0 ? (path.Length == 0 ? "." : "/") : trimmed[(trimmed.LastIndexOf('/') + 1)..];
    }

    /// <summary>Whether the path has characters that stand for others.</summary>
    public static bool HasWildcards(string path)
    {
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] is '*' or '?' or '[')
            {
                return true;
            }

            i += path[i] == '\\' ? 1 : 0;
        }

        return false;
    }
}
