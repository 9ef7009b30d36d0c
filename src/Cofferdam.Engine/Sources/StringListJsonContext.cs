using System.Text.Json.Serialization;

namespace Cofferdam.Engine;

[JsonSerializable(typeof(string[]))]
internal sealed partial class StringListJsonContext : JsonSerializerContext;
