using System.Text.Json.Serialization;

namespace Cofferdam.Model;

/// <summary>The layers of an image by diff ID.</summary>
public sealed record RootFs
{
    /// <summary>Always <c>layers</c>.</summary>
    public string Type { get; init; } = "layers";

    /// <summary>The diff IDs, lowest layer first.</summary>
    [JsonPropertyName("diff_ids")]
    public IReadOnlyList<Digest> DiffIds { get; init; } = [];
}
