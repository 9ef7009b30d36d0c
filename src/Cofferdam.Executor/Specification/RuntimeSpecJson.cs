using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cofferdam.Executor;

/// <summary>The JSON of a container's configuration and of the seccomp table.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RuntimeSpec))]
[JsonSerializable(typeof(SeccompTable))]
internal sealed partial class RuntimeSpecJson : JsonSerializerContext
{
    /// <summary>Writes a configuration; the buffer may then hold secrets.</summary>
    public static WipedBuffer Write(RuntimeSpec spec)
    {
        var buffer = new WipedBuffer();
        try
        {
            using var writer = new Utf8JsonWriter(buffer);
            JsonSerializer.Serialize(writer, spec, Default.RuntimeSpec);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }
}
