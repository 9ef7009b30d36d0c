using System.Text.Json.Nodes;
using Cofferdam.Cli.Terminal;
using Cofferdam.Model;

namespace Cofferdam.Cli.Build;

/// <summary>Caches in directories of this machine: OCI layouts whose blobs the daemon reads and writes, and whose index is kept here (as BuildKit's clients do).</summary>
internal static class LocalCache
{
    private const string NameAnnotation = "org.opencontainers.image.ref.name";
    private const string DefaultTag = "latest";

    /// <summary>The directories by the names that the flags give them.</summary>
    public static Dictionary<string, string> Directories(BuildOptions options, CommandConsole console)
    {
        var directories = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var flag in options.CacheFrom.Concat(options.CacheTo).Where(flag => flag.Type == "local"))
        {
            if ((flag.Attributes.GetValueOrDefault("src") ?? flag.Attributes.GetValueOrDefault("dest")) is { Length: > 0 } path)
            {
                directories[path] = console.FullPath(path);
            }
        }

        return directories;
    }

    /// <summary>The flag with the digest of the cache it names; null where a local cache is not there yet.</summary>
    public static CacheFlag? Find(CacheFlag flag, CommandConsole console)
    {
        if (flag.Type != "local" || flag.Attributes.ContainsKey("digest"))
        {
            return flag;
        }

        var source = flag.Attributes.GetValueOrDefault("src") ?? throw new UsageException("--cache-from type=local needs src=DIRECTORY");
        var tag = flag.Attributes.GetValueOrDefault("tag", DefaultTag);
        var index = Path.Combine(console.FullPath(source), "index.json");
        var entry = File.Exists(index)
            ? Entries(JsonNode.Parse(File.ReadAllText(index))).FirstOrDefault(entry => NameOf(entry) == tag) ?? Entries(JsonNode.Parse(File.ReadAllText(index))).FirstOrDefault()
            : null;
        if ((string?)entry?["digest"] is not { } digest)
        {
            console.Error.WriteLine($"warning: local cache {Quote.Text(source)} is not there, the build does without");
            return null;
        }

        return flag with { Attributes = new Dictionary<string, string>(flag.Attributes.ToDictionary()) { ["digest"] = digest } };
    }

    /// <summary>Names the cache that a build has written.</summary>
    /// <param name="options">The build.</param>
    /// <param name="descriptor">The cache's manifest, as the daemon answered.</param>
    /// <param name="console">Where paths begin.</param>
    public static void Record(BuildOptions options, string descriptor, CommandConsole console)
    {
        foreach (var flag in options.CacheTo.Where(flag => flag.Type == "local"))
        {
            var directory = console.FullPath(flag.Attributes["dest"]);
            if (JsonNode.Parse(descriptor) is not JsonObject entry || !Digest.TryParse((string?)entry["digest"], out var digest) || !File.Exists(Path.Combine(directory, "blobs", digest.Algorithm, digest.Hex)))
            {
                continue;
            }

            var tag = flag.Attributes.GetValueOrDefault("tag", DefaultTag);
            var path = Path.Combine(directory, "index.json");
            var index = (File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) as JsonObject : null) ?? new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = MediaTypes.OciIndex };
            entry["annotations"] = new JsonObject { [NameAnnotation] = tag };
            index["manifests"] = new JsonArray([.. Entries(index).Where(other => NameOf(other) != tag).Select(other => other.DeepClone()), entry]);
            Write(path, index.ToJsonString());
            Write(Path.Combine(directory, "oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        }
    }

    private static IEnumerable<JsonNode> Entries(JsonNode? index) => index?["manifests"]?.AsArray().OfType<JsonNode>() ?? [];

    private static string? NameOf(JsonNode entry) => (string?)entry["annotations"]?[NameAnnotation];

    // Whole or not at all.
    private static void Write(string path, string text)
    {
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }
}
