using System.Text.Json.Serialization;

namespace Cofferdam.Engine;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CacheConfig))]
[JsonSerializable(typeof(IReadOnlyList<CacheConfigRecord>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(List<CacheSpecJson>))]
internal sealed partial class CacheJsonContext : JsonSerializerContext;
