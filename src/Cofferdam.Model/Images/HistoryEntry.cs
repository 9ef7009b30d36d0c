using System.Text.Json.Serialization;

namespace Cofferdam.Model;

/// <summary>One step in the history of an image.</summary>
public sealed record HistoryEntry
{
    /// <summary>When the step was done, RFC 3339.</summary>
    public string? Created { get; init; }

    /// <summary>The command.</summary>
    [JsonPropertyName("created_by")]
    public string? CreatedBy { get; init; }

    /// <summary>Who did it.</summary>
    public string? Author { get; init; }

    /// <summary>What did it, for example <c>buildkit.dockerfile.v0</c>.</summary>
    public string? Comment { get; init; }

    /// <summary>Whether the step made no layer.</summary>
    [JsonPropertyName("empty_layer")]
    public bool? EmptyLayer { get; init; }
}
