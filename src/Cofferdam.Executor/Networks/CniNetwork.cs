using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Executor;

/// <summary>Networks by CNI plugins: each is a program that gets its configuration on standard input (CNI specification, section 2).</summary>
internal sealed class CniNetwork(string configurationPath, string programDirectory)
{
    private const string Interface = "eth0";

    /// <summary>The network of these files; null where they are not both there.</summary>
    public static CniNetwork? Find(string configurationPath, string programDirectory) =>
        File.Exists(configurationPath) && Directory.Exists(programDirectory) ? new CniNetwork(configurationPath, programDirectory) : null;

    /// <summary>Makes a namespace and connects it.</summary>
    public async Task AddAsync(string id, string namespacePath, CancellationToken cancellationToken)
    {
        await NetworkNamespace.CreateAsync(namespacePath);
        JsonNode? previous = null;
        try
        {
            foreach (var plugin in ReadPlugins(includeLoopback: true))
            {
                var isLoopback = IsLoopback(plugin);
                var result = await CallAsync("ADD", id, namespacePath, isLoopback ? "lo" : Interface, plugin, isLoopback ? null : previous, cancellationToken);
                previous = isLoopback ? previous : result;
            }
        }
        catch
        {
            await RemoveAsync(id, namespacePath);
            throw;
        }
    }

    /// <summary>Disconnects a namespace and ends it; goes on over errors, since nothing is left that could mend them.</summary>
    public async Task RemoveAsync(string id, string namespacePath)
    {
        foreach (var plugin in Enumerable.Reverse(ReadPlugins(includeLoopback: false)))
        {
            try
            {
                await CallAsync("DEL", id, namespacePath, Interface, plugin, null, CancellationToken.None);
            }
            catch (CofferdamException)
            {
                // DEL of what ADD never made.
            }
        }

        Mounts.Detach(namespacePath);
    }

    private static bool IsLoopback(JsonObject plugin) => plugin["type"]?.GetValue<string>() == "loopback";

    private List<JsonObject> ReadPlugins(bool includeLoopback)
    {
        try
        {
            var configuration = JsonNode.Parse(File.ReadAllText(configurationPath))!.AsObject();
            var (version, name) = (configuration["cniVersion"]?.GetValue<string>() ?? "0.4.0", configuration["name"]?.GetValue<string>() ?? "buildkit");
            var plugins = configuration["plugins"] is JsonArray list ? list.Select(plugin => plugin!.DeepClone().AsObject()).ToList() : [configuration.DeepClone().AsObject()];
            if (includeLoopback && !plugins.Exists(IsLoopback))
            {
                plugins.Insert(0, new JsonObject { ["type"] = "loopback" });
            }

            foreach (var plugin in plugins)
            {
                (plugin["cniVersion"], plugin["name"]) = (version, name);
            }

            return plugins;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidInputException($"reading CNI configuration {Quote.Text(configurationPath)}: {error.Message}", error);
        }
    }

    private async Task<JsonNode?> CallAsync(string command, string id, string namespacePath, string networkInterface, JsonObject plugin, JsonNode? previous, CancellationToken cancellationToken)
    {
        var type = plugin["type"]?.GetValue<string>() ?? string.Empty;
        if (type.Length == 0 || type.Contains('/', StringComparison.Ordinal))
        {
            throw new InvalidInputException($"invalid CNI plugin type {Quote.Text(type)}");
        }

        var configuration = plugin.DeepClone().AsObject();
        if (previous is not null)
        {
            configuration["prevResult"] = previous.DeepClone();
        }

        using var input = DescriptorPipe.Create();
        using var output = DescriptorPipe.Create();
        using var process = ChildProcess.Start(new ChildProcessOptions
        {
            Path = Path.Combine(programDirectory, type),
            Arguments = [],
            Environment =
            [
                "CNI_COMMAND=" + command, "CNI_CONTAINERID=" + id, "CNI_NETNS=" + namespacePath, "CNI_IFNAME=" + networkInterface, "CNI_PATH=" + programDirectory,
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ],
            StandardInput = input.Reader,
            StandardOutput = output.Writer,
        });
        input.Reader.Dispose();
        output.Writer.Dispose();
        var ended = process.WaitAsync(CancellationToken.None);
        await using var kill = cancellationToken.UnsafeRegister(static state => ((ChildProcess)state!).Send(Signals.SIGKILL), process);
        using var reader = new StreamReader(new DescriptorStream(output.Reader));
        var reading = reader.ReadToEndAsync(CancellationToken.None);
        await WriteAsync(input, configuration);
        var text = await reading;
        var code = await ended;
        cancellationToken.ThrowIfCancellationRequested();
        return code == 0
            ? (string.IsNullOrWhiteSpace(text) ? null : JsonNode.Parse(text))
            : throw new CofferdamException(ErrorCode.System, $"CNI plugin {Quote.Text(type)} {command}: {Describe(text, code)}");
    }

    private static async Task WriteAsync(DescriptorPipe input, JsonObject configuration)
    {
        await using var stream = new DescriptorStream(input.Writer);
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(configuration.ToJsonString()));
        }
        catch (LinuxException)
        {
            // It ended without reading; its exit code tells.
        }
    }

    private static string Describe(string text, int code)
    {
        try
        {
            return JsonNode.Parse(text)?["msg"]?.GetValue<string>() ?? $"exit code {code}";
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return $"exit code {code}";
        }
    }
}
