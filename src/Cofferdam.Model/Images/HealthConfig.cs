using System.Text.Json.Serialization;

namespace Cofferdam.Model;

/// <summary>How to tell whether a container is well. Times are in nanoseconds; 0 means inherited.</summary>
public sealed record HealthConfig
{
    /// <summary>The command: <c>NONE</c>, <c>CMD</c> with arguments or <c>CMD-SHELL</c> with a text.</summary>
    [JsonPropertyName("Test")]
    public IReadOnlyList<string>? Test { get; init; }

    /// <summary>Time between two checks.</summary>
    [JsonPropertyName("Interval")]
    public long? Interval { get; init; }

    /// <summary>Time after which a check has failed.</summary>
    [JsonPropertyName("Timeout")]
    public long? Timeout { get; init; }

    /// <summary>Time a container has to start.</summary>
    [JsonPropertyName("StartPeriod")]
    public long? StartPeriod { get; init; }

    /// <summary>Time between two checks while it starts.</summary>
    [JsonPropertyName("StartInterval")]
    public long? StartInterval { get; init; }

    /// <summary>Failures in a row that make a container unwell.</summary>
    [JsonPropertyName("Retries")]
    public int? Retries { get; init; }
}
