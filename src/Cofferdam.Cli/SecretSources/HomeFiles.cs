using Cofferdam.Model;

namespace Cofferdam.Cli.SecretSources;

/// <summary>Files of the user's that hold credentials, by short names: each is looked for where its tool looks.</summary>
internal static class HomeFiles
{
    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["netrc", "npmrc", "nuget.config", "pip.conf"];

    /// <summary>The file of a name; throws <see cref="UsageException"/> for a name that is not known.</summary>
    public static FileSource Find(string name, SecretSurroundings surroundings)
    {
        var places = Places(name, surroundings).Where(place => surroundings.Home is not null || !place.StartsWith("~/", StringComparison.Ordinal)).Select(surroundings.FullPath).ToList();
        return places.Count == 0
            ? throw new SecretSourceException("no home directory is named") { Hint = "set HOME" }
            : new FileSource(places.Find(File.Exists) ?? places[0], Quote.Text("home:" + name));
    }

    private static IEnumerable<string> Places(string name, SecretSurroundings surroundings) => name switch
    {
        "netrc" => surroundings.Setting("NETRC") is { } named ? [named] : [InHome(".netrc")],
        "npmrc" => (surroundings.Setting("NPM_CONFIG_USERCONFIG") ?? surroundings.Setting("npm_config_userconfig")) is { } named ? [named] : [InHome(".npmrc")],
        "nuget.config" => [InHome(".nuget/NuGet/NuGet.Config"), InHome(".config/NuGet/NuGet.Config")],
        "pip.conf" => surroundings.Setting("PIP_CONFIG_FILE") is { } named
            ? [named]
            : [surroundings.Setting("XDG_CONFIG_HOME") is { } settings ? Path.Combine(settings, "pip/pip.conf") : InHome(".config/pip/pip.conf"), InHome(".pip/pip.conf")],
        _ => throw new UsageException($"there is no file {Quote.Text(name)} of the home directory that is known")
        {
            Hint = NearMatch.Find(name, Names) is { } near ? $"did you mean {near}?" : $"it is one of {string.Join(", ", Names)}; others are given with src=~/FILE",
        },
    };

    private static string InHome(string path) => "~/" + path;
}
