using System.Text.Json.Serialization;

namespace Cofferdam.Engine;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlatformList))]
internal sealed partial class PlatformJsonContext : JsonSerializerContext;
