using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cofferdam.Model;

/// <summary>The config of an image: its platform, how to run it, its layers' diff IDs and its history (OCI image-spec, config.md).</summary>
public sealed record ImageConfig
{
    /// <summary>When the image was made, RFC 3339.</summary>
    public string? Created { get; init; }

    /// <summary>Who made it.</summary>
    public string? Author { get; init; }

    /// <summary>The processor architecture, for example <c>amd64</c>.</summary>
    public string Architecture { get; init; } = string.Empty;

    /// <summary>The variant of the architecture.</summary>
    public string? Variant { get; init; }

    /// <summary>The operating system, for example <c>linux</c>.</summary>
    public string Os { get; init; } = string.Empty;

    /// <summary>The version of the operating system.</summary>
    [JsonPropertyName("os.version")]
    public string? OsVersion { get; init; }

    /// <summary>Features of the operating system that the image needs.</summary>
    [JsonPropertyName("os.features")]
    public IReadOnlyList<string>? OsFeatures { get; init; }

    /// <summary>How to run the image.</summary>
    public ContainerConfig Config { get; init; } = new();

    /// <summary>The layers' diff IDs.</summary>
    [JsonPropertyName("rootfs")]
    public RootFs RootFs { get; init; } = new();

    /// <summary>One entry for each step that made the image.</summary>
    public IReadOnlyList<HistoryEntry>? History { get; init; }

    /// <summary>Members that are not named here; kept as they came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; set; }
}
