using System.Text.RegularExpressions;
using Cofferdam.Model;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Cofferdam.Cli.SecretSources;

/// <summary>The <c>secrets</c> of a file of Docker Compose.</summary>
internal sealed partial class ComposeFile
{
    private const int MaxBytes = 4 * 1024 * 1024;

    private readonly string _path;
    private readonly SecretSurroundings _surroundings;
    private readonly YamlMappingNode? _secrets;

    private ComposeFile(string path, YamlMappingNode? secrets, SecretSurroundings surroundings) => (_path, _secrets, _surroundings) = (path, secrets, surroundings);

    /// <summary>The names of those that can be had on this machine.</summary>
    public IEnumerable<string> Names => _secrets is null ? [] : _secrets.Children.Where(entry => entry.Value is YamlMappingNode secret && !IsExternal(secret)).Select(entry => Text(entry.Key) ?? string.Empty);

    /// <summary>Reads a file; throws <see cref="SecretSourceException"/>.</summary>
    public static ComposeFile Read(string path, SecretSurroundings surroundings)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MaxBytes)
            {
                throw new SecretSourceException("it is too long for a file of Docker Compose");
            }

            var yaml = new YamlStream();
            yaml.Load(new StreamReader(stream));
            return yaml.Documents is [{ RootNode: YamlMappingNode root }, ..]
                ? new ComposeFile(path, Child(root, "secrets") as YamlMappingNode, surroundings)
                : throw new SecretSourceException("it is no file of Docker Compose");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SecretSourceException(File.Exists(path) ? "it can't be read" : "it is not there", error) { Hint = "check the path; a relative one is taken from the directory the command runs in" };
        }
        catch (YamlException error)
        {
            throw new SecretSourceException($"it is no YAML: line {error.Start.Line}", error);
        }
    }

    /// <summary>The source of a secret.</summary>
    public ISecretSource Find(string name)
    {
        var shown = Quote.Text($"compose:{_path}#{name}");
        if (_secrets is null || Child(_secrets, name) is not YamlMappingNode secret)
        {
            throw new SecretSourceException($"it has no secret {Quote.Text(name)}") { Hint = "name one of its secrets after the path: compose:FILE#NAME" };
        }

        if (IsExternal(secret))
        {
            throw new SecretSourceException($"its secret {Quote.Text(name)} is external: it is kept by a swarm, not by this machine") { Hint = "give it from where it comes from, for example with src= or env=" };
        }

        if (Text(Child(secret, "environment")) is { Length: > 0 } variable)
        {
            return new VariableSource(variable, _surroundings.Variable);
        }

        return Text(Child(secret, "file")) is { Length: > 0 } file
            ? new FileSource((_surroundings with { WorkingDirectory = Path.GetDirectoryName(_path)! }).FullPath(Expand(file)), shown)
            : throw new SecretSourceException($"its secret {Quote.Text(name)} has neither file nor environment");
    }

    private static bool IsExternal(YamlMappingNode secret) => Child(secret, "external") is { } external && Text(external) is not ("false" or "False" or "no");

    private static YamlNode? Child(YamlMappingNode map, string name) => map.Children.TryGetValue(new YamlScalarNode(name), out var child) ? child : null;

    private static string? Text(YamlNode? node) => (node as YamlScalarNode)?.Value;

    private string Expand(string text) => Reference().Replace(text, match => match switch
    {
        { Value: "$$" } => "$",
        _ when match.Groups["name"].Value is var name && _surroundings.Setting(name) is { } value => value,
        _ => match.Groups["otherwise"].Value,
    });

    [GeneratedRegex(@"\$\$|\$(?<name>[A-Za-z_]\w*)|\$\{(?<name>[A-Za-z_]\w*)(?::?-(?<otherwise>[^}]*))?\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();
}
