using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cofferdam.IntegrationTests.Corpus;

/// <summary>Tells of an output, line by line, what two builders must agree on: configs whole, and of each file its path, type, mode, owner, link and content.</summary>
internal sealed class ImageText(bool hasTimes, JsonObject baseConfig)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StringBuilder _text = new();

    /// <summary>An OCI layout as a tar: each image of each platform.</summary>
    public string OfLayout(string path)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using (var tar = new TarReader(File.OpenRead(path)))
        {
            while (tar.GetNextEntry() is { } entry)
            {
                files[entry.Name] = Content(entry) ?? [];
            }
        }

        Tell(JsonNode.Parse(files["index.json"])!, files);
        return _text.ToString();
    }

    /// <summary>A tar of files.</summary>
    public string OfTar(string path)
    {
        using var stream = File.OpenRead(path);
        TellEntries(stream);
        return _text.ToString();
    }

    /// <summary>A directory, with the paths' names as they are found.</summary>
    public string OfDirectory(string path)
    {
        foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).OrderBy(entry => entry.FullName, StringComparer.Ordinal))
        {
            var type = entry.LinkTarget is not null ? "SymbolicLink" : entry is DirectoryInfo ? "Directory" : "RegularFile";
            var content = entry is FileInfo { LinkTarget: null } ? Shown(File.ReadAllBytes(entry.FullName)) : entry.LinkTarget is { } target ? "-> " + target : string.Empty;
            _text.AppendLine($"{type} {System.IO.Path.GetRelativePath(path, entry.FullName)} {(entry.LinkTarget is null ? Convert.ToString((int)entry.UnixFileMode, 8) : string.Empty)} {content}".TrimEnd());
        }

        return _text.ToString();
    }

    private void Tell(JsonNode node, Dictionary<string, byte[]> files)
    {
        if (node["manifests"] is JsonArray manifests)
        {
            foreach (var manifest in manifests.Where(manifest => (string?)manifest!["annotations"]?["vnd.docker.reference.type"] != "attestation-manifest"))
            {
                if (manifests.Count > 1)
                {
                    _text.AppendLine($"platform {Line(manifest!["platform"])}");
                }

                Tell(Blob(manifest!, files), files);
            }

            return;
        }

        if (node["annotations"] is { } annotations)
        {
            _text.AppendLine("annotations " + Line(annotations));
        }

        var baseLayers = Items(baseConfig["rootfs"]!["diff_ids"]).Select(digest => (string)digest!).ToHashSet();
        TellConfig(Blob(node["config"]!, files).AsObject());
        var diffIds = Items(Blob(node["config"]!, files)["rootfs"]!["diff_ids"]);
        foreach (var (layer, index) in Items(node["layers"]).Select((layer, index) => (layer!, index)))
        {
            if (baseLayers.Contains((string)diffIds[index]!))
            {
                continue;
            }

            _text.AppendLine("layer");
            var content = files[Path(layer)];
            using var stream = content is [0x1f, 0x8b, ..] ? new GZipStream(new MemoryStream(content), CompressionMode.Decompress) : (Stream)new MemoryStream(content);
            TellEntries(stream);
        }
    }

    // The engine's BuildKit writes a HEALTHCHECK into the history in a form that later ones gave up.
    private void TellConfig(JsonObject config)
    {
        config.Remove("rootfs");
        foreach (var entry in Items(config["history"]).Select(entry => entry!.AsObject()))
        {
            if (Command(entry)?.StartsWith("HEALTHCHECK ", StringComparison.Ordinal) == true)
            {
                entry["created_by"] = "HEALTHCHECK";
            }
        }

        if (!hasTimes)
        {
            config.Remove("created");
            foreach (var entry in Items(config["history"]))
            {
                entry!.AsObject().Remove("created");
            }
        }

        var history = Items(config["history"]);
        config.Remove("history");
        _text.AppendLine("config " + Sorted(config)!.ToJsonString(Indented));
        string?[] commands = [.. history.Select(Command)], known = [.. Items(baseConfig["history"]).Select(Command)];
        if (commands.AsSpan().StartsWith(known))
        {
            _text.AppendLine("history of the base");
            history.RemoveRange(0, known.Length);
        }

        foreach (var entry in history)
        {
            _text.AppendLine("history " + Line(entry));
        }
    }

    // An image without layers has a null for the list.
    private static JsonArray Items(JsonNode? node) => node?.AsArray() ?? [];

    private static string? Command(JsonNode? entry) => (string?)entry!["created_by"];

    private void TellEntries(Stream stream)
    {
        using var tar = new TarReader(stream);
        List<string> lines = [];
        while (tar.GetNextEntry() is { } entry)
        {
            lines.Add("  " + Described(entry));
        }

        foreach (var line in lines.Order(StringComparer.Ordinal))
        {
            _text.AppendLine(line);
        }
    }

    private string Described(TarEntry entry)
    {
        if (entry.Name.Contains(".wh.", StringComparison.Ordinal))
        {
            return $"removed {entry.Name}"; // Whiteouts have modes and owners that nobody reads.
        }

        var name = entry.Name.TrimStart('.', '/').TrimEnd('/');
        var type = entry.EntryType == TarEntryType.V7RegularFile ? TarEntryType.RegularFile : entry.EntryType;
        var rest = type switch
        {
            TarEntryType.RegularFile => Shown(Content(entry) ?? []),
            TarEntryType.CharacterDevice or TarEntryType.BlockDevice when entry is PosixTarEntry node => $"{node.DeviceMajor}:{node.DeviceMinor}",
            _ => entry.LinkName is { Length: > 0 } link ? "-> " + link : string.Empty,
        };
        var attributes = entry is PaxTarEntry pax ? string.Concat(pax.ExtendedAttributes.Where(pair => pair.Key.StartsWith("SCHILY.xattr", StringComparison.Ordinal)).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $" {pair.Key}={Convert.ToHexString(Encoding.Latin1.GetBytes(pair.Value))}")) : string.Empty;
        var time = hasTimes ? entry.ModificationTime.UtcDateTime.ToString(" yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) : string.Empty;
        return $"{type} {name} {Convert.ToString((int)entry.Mode, 8)} {entry.Uid}:{entry.Gid}{time} {rest}{attributes}".TrimEnd();
    }

    // Short texts as they are, else the digest.
    private static string Shown(byte[] content) =>
        content.Length <= 400 && Encoding.UTF8.GetString(content) is var text && !text.Any(letter => (char.IsControl(letter) && letter is not ('\n' or '\t')) || letter == '�')
            ? JsonValue.Create(text).ToJsonString(Indented)
            : $"{content.Length} bytes {Convert.ToHexStringLower(SHA256.HashData(content))[..16]}";

    private static byte[]? Content(TarEntry entry)
    {
        if (entry.DataStream is not { } data)
        {
            return null;
        }

        var content = new byte[entry.Length];
        data.ReadExactly(content);
        return content;
    }

    private static JsonNode Blob(JsonNode descriptor, Dictionary<string, byte[]> files) => JsonNode.Parse(files[Path(descriptor)])!;

    private static string Path(JsonNode descriptor) => "blobs/" + ((string)descriptor["digest"]!).Replace(':', '/');

    private static string Line(JsonNode? node) => Sorted(node)!.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
