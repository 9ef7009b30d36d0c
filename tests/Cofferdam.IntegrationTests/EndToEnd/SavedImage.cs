using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>An image out of an archive, read by other code than that which wrote it. Reading checks that digests are right.</summary>
internal sealed class SavedImage
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    private SavedImage(string path)
    {
        using var tar = new TarReader(File.OpenRead(path));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is { } data)
            {
                var content = new byte[entry.Length];
                data.ReadExactly(content);
                _files[entry.Name] = content;
                Assert.True(!entry.Name.StartsWith("blobs/sha256/", StringComparison.Ordinal) || entry.Name.EndsWith(Hex(content), StringComparison.Ordinal), $"{entry.Name} has another digest");
            }
        }
    }

    /// <summary>The config.</summary>
    public JsonObject Config { get; private set; } = [];

    /// <summary>The layers' tars, uncompressed.</summary>
    public List<byte[]> Layers { get; } = [];

    /// <summary>The names that docker's manifest.json gives, or the index's annotations.</summary>
    public List<string> Names { get; } = [];

    /// <summary>The strings of the history that made layers, then those that made none.</summary>
    public IEnumerable<string> Commands => Config["history"]!.AsArray().Select(entry => (string)entry!["created_by"]!);

    /// <summary>Reads what <c>docker load</c> reads.</summary>
    public static SavedImage OfDocker(string path)
    {
        var image = new SavedImage(path);
        var manifest = image.Json("manifest.json").AsArray().Single()!;
        image.Names.AddRange(manifest["RepoTags"]!.AsArray().Select(name => (string)name!));
        image.Read(image.Json((string)Member(manifest, "Config")!).AsObject(), Member(manifest, "Layers").AsArray().Select(layer => (string)layer!));
        return image;
    }

    /// <summary>Reads an OCI layout with one image.</summary>
    public static SavedImage OfOci(string path)
    {
        var image = new SavedImage(path);
        Assert.Equal("1.0.0", (string)image.Json("oci-layout")["imageLayoutVersion"]!);
        var root = image.Json("index.json")["manifests"]!.AsArray().Single()!;
        image.Names.Add((string)root["annotations"]!["io.containerd.image.name"]!);
        var manifest = image.Json(image.Blob(root));
        image.Read(image.Json(image.Blob(manifest["config"]!)).AsObject(), manifest["layers"]!.AsArray().Select(layer => image.Blob(layer!)));
        return image;
    }

    /// <summary>What is in the layers, a line for an entry.</summary>
    public IEnumerable<string> Describe() => Layers.SelectMany((layer, index) => Entries(layer).Select(entry => $"{index} {entry}").Order(StringComparer.Ordinal));

    /// <summary>The content of a file in the topmost layer that has it.</summary>
    public string? Read(string name)
    {
        foreach (var layer in Layers.AsEnumerable().Reverse())
        {
            using var tar = new TarReader(new MemoryStream(layer));
            while (tar.GetNextEntry() is { } entry)
            {
                if (entry.Name == name && entry.DataStream is { } data)
                {
                    return new StreamReader(data).ReadToEnd();
                }
            }
        }

        return null;
    }

    private static IEnumerable<string> Entries(byte[] layer)
    {
        using var tar = new TarReader(new MemoryStream(layer));
        while (tar.GetNextEntry() is { } entry)
        {
            var name = entry.Name.TrimStart('.', '/').TrimEnd('/');
            if (entry.Name.Contains(".wh.", StringComparison.Ordinal))
            {
                yield return $"removed {entry.Name}"; // Docker gives whiteouts modes and links that nobody reads.
                continue;
            }

            var device = entry is PosixTarEntry { EntryType: TarEntryType.CharacterDevice or TarEntryType.BlockDevice } node ? $" {node.DeviceMajor}:{node.DeviceMinor}" : string.Empty;
            var type = entry.EntryType == TarEntryType.V7RegularFile ? TarEntryType.RegularFile : entry.EntryType;
            var content = entry.DataStream is { } data ? Convert.ToHexString(SHA256.HashData(data))[..12] : string.Empty;
            yield return $"{type} {name} {Convert.ToString((int)entry.Mode, 8)} {entry.Uid}:{entry.Gid} {entry.LinkName}{device} {content}";
        }
    }

    private void Read(JsonObject config, IEnumerable<string> layers)
    {
        Config = config;
        foreach (var layer in layers.Select(name => _files[name]))
        {
            using var plain = new MemoryStream();
            using (var gzip = layer is [0x1f, 0x8b, ..] ? new GZipStream(new MemoryStream(layer), CompressionMode.Decompress) : (Stream)new MemoryStream(layer))
            {
                gzip.CopyTo(plain);
            }

            Layers.Add(plain.ToArray());
        }

        Assert.Equal(Layers.Select(layer => "sha256:" + Hex(layer)), config["rootfs"]!["diff_ids"]!.AsArray().Select(digest => (string)digest!));
        Assert.Equal(Layers.Count, config["history"]!.AsArray().Count(entry => entry!["empty_layer"] is null));
    }

    private string Blob(JsonNode descriptor)
    {
        var path = "blobs/" + ((string)descriptor["digest"]!).Replace(':', '/');
        Assert.Equal(_files[path].Length, (int)descriptor["size"]!);
        return path;
    }

    private static JsonNode Member(JsonNode node, string name) => node[name]!;

    private JsonNode Json(string name) => JsonNode.Parse(_files[name])!;

    private static string Hex(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
