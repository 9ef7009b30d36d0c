using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cofferdam.Model;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Cofferdam.Engine;

/// <summary>Reads files of the Container Device Interface, in JSON or YAML.</summary>
internal static class DeviceFile
{
    private const int MaximumBytes = 4 * 1024 * 1024;
    private const int MaximumDepth = 32;

    /// <summary>Whether a file is one by its name.</summary>
    public static bool IsOne(string path) => Path.GetExtension(path) is ".json" or ".yaml" or ".yml";

    /// <summary>Reads a file; throws for one that is damaged.</summary>
    public static DeviceSpecification Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MaximumBytes)
            {
                throw new InvalidDataException("it is too long");
            }

            using var reader = new StreamReader(stream);
            var text = reader.ReadToEnd();
            var specification = Path.GetExtension(path) == ".json" ? JsonSerializer.Deserialize(text, DeviceJsonContext.Default.DeviceSpecification) : ReadYaml(text);
            return specification is { Kind: var kind } && kind.Split('/') is [{ Length: > 0 }, { Length: > 0 }] ? specification : throw new InvalidDataException("its kind is not VENDOR/CLASS");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or InvalidDataException or YamlException)
        {
            throw new InvalidInputException($"read devices of {Quote.Text(path)}: {error.Message.TrimEnd('.')}", error) { Hint = "mend the file, or name other directories with specDirs in [cdi] of the configuration" };
        }
    }

    private static DeviceSpecification? ReadYaml(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents is [var document] ? JsonSerializer.Deserialize(ToJson(document.RootNode, 0), DeviceJsonContext.Default.DeviceSpecification) : throw new InvalidDataException("it is not one document");
    }

    private static JsonNode? ToJson(YamlNode node, int depth) => depth > MaximumDepth ? throw new InvalidDataException("it is nested too deep") : node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value ?? string.Empty, ToJson(pair.Value, depth + 1)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(child => ToJson(child, depth + 1))]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "null" or "~" } => null,

        // Modes are written in octal.
        YamlScalarNode { Style: ScalarStyle.Plain, Value: ['0', _, ..] value } when value.AsSpan().IndexOfAnyExcept("01234567") < 0 && value.Length <= 8 =>
            JsonValue.Create(Convert.ToInt32(value, 8).ToString(CultureInfo.InvariantCulture)),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new InvalidDataException("it has aliases"),
    };
}
