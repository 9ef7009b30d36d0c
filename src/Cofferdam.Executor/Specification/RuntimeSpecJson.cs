using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Cofferdam.Executor;

/// <summary>The JSON of a container's configuration and of the seccomp table.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RuntimeSpec))]
[JsonSerializable(typeof(SeccompTable))]
internal sealed partial class RuntimeSpecJson : JsonSerializerContext
{
    /// <summary>Writes a configuration; the buffer may then hold secrets.</summary>
    public static WipedBuffer Write(RuntimeSpec spec) => Write(spec, Default.RuntimeSpec);

    /// <summary>Writes a process of its own; the buffer may then hold secrets.</summary>
    public static WipedBuffer Write(RuntimeSpec.ProcessSection process) => Write(process, Default.ProcessSection);

    private static WipedBuffer Write<T>(T value, JsonTypeInfo<T> type)
    {
        var buffer = new WipedBuffer();
        try
        {
            using var writer = new Utf8JsonWriter(buffer);
            JsonSerializer.Serialize(writer, value, type);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }
}
