using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Cofferdam.Engine;

/// <summary>How explanations are stored.</summary>
[JsonSerializable(typeof(ImmutableArray<StepMemory>))]
[JsonSerializable(typeof(ExplainedBuild))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
internal sealed partial class ExplanationJsonContext : JsonSerializerContext;
