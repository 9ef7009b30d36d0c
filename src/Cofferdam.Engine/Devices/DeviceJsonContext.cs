using System.Text.Json.Serialization;

namespace Cofferdam.Engine;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(DeviceSpecification))]
internal sealed partial class DeviceJsonContext : JsonSerializerContext;
