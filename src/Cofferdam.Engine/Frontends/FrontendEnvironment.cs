using System.Collections.Immutable;
using System.Text.Json;
using Cofferdam.Executor;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>How a frontend's process is started, as BuildKit does it (frontend/gateway/gateway.go).</summary>
internal static class FrontendEnvironment
{
    private const string NetworkLabel = "moby.buildkit.frontend.network.none";
    private static readonly string[] TrueWords = ["1", "t", "T", "TRUE", "true", "True"]; // Go's strconv.ParseBool

    /// <summary>Its variables: those of its image, then the request's.</summary>
    public static ImmutableArray<string> Variables(ContainerConfig? image, IReadOnlyDictionary<string, string> options, string sessionId, IEngineInfo info) =>
    [
        .. image?.Env ?? [],
        .. options.OrderBy(option => option.Key, StringComparer.Ordinal).Select((option, index) => $"BUILDKIT_FRONTEND_OPT_{index}={option.Key}={option.Value}"),
        "BUILDKIT_SESSION_ID=" + sessionId,
        "BUILDKIT_WORKERS=" + Workers(info),
        "BUILDKIT_EXPORTEDPRODUCT=cofferdam",
    ];

    /// <summary>The process over a root that is mounted.</summary>
    public static ProcessSpec Specify(ContainerConfig? image, ImmutableArray<string> variables, string rootPath, string metadataDirectory) => new()
    {
        Id = "f" + Guid.NewGuid().ToString("N")[..16],
        RootPath = rootPath,
        Arguments = image?.Entrypoint is { Count: > 0 } entrypoint ? [.. entrypoint] : ["/run"],
        Environment = variables,
        WorkingDirectory = string.IsNullOrEmpty(image?.WorkingDir) ? "/" : image.WorkingDir,
        Network = TrueWords.Contains(image?.Labels?.GetValueOrDefault(NetworkLabel)) ? NetworkMode.None : NetworkMode.Default,
        Mounts = [new StepMount.Bind("/run/config/buildkit/metadata", metadataDirectory, "/", IsReadOnly: true)],
    };

    private static string Workers(IEngineInfo info)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            writer.WriteStartObject();
            writer.WriteString("id", info.WorkerId);
            writer.WriteStartObject("labels");
            foreach (var (name, value) in info.Labels.OrderBy(label => label.Key, StringComparer.Ordinal))
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
            writer.WriteStartArray("platforms");
            foreach (var platform in info.Platforms)
            {
                Write(writer, platform);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, Platform platform)
    {
        writer.WriteStartObject();
        writer.WriteString("architecture", platform.Architecture);
        writer.WriteString("os", platform.Os);
        if (platform.Variant is { } variant)
        {
            writer.WriteString("variant", variant);
        }

        writer.WriteEndObject();
    }
}
