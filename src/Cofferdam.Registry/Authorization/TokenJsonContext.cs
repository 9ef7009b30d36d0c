using System.Text.Json.Serialization;

namespace Cofferdam.Registry.Authorization;

[JsonSerializable(typeof(TokenAnswer))]
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowReadingFromString)]
internal sealed partial class TokenJsonContext : JsonSerializerContext;
