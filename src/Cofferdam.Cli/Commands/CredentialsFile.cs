using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cofferdam.Cli.Terminal;
using Cofferdam.Model;

namespace Cofferdam.Cli.Commands;

/// <summary>The file in which Docker's clients keep credentials, <c>~/.docker/config.json</c>. What else is in it stays as it is.</summary>
internal sealed class CredentialsFile
{
    private readonly string _path;
    private readonly JsonObject _root;

    private CredentialsFile(string path, JsonObject root) => (_path, _root) = (path, root);

    /// <summary>Reads the file; a missing one is empty.</summary>
    public static async Task<CredentialsFile> ReadAsync(CommandConsole console, CancellationToken cancellationToken)
    {
        var directory = console.Variable("DOCKER_CONFIG") is { Length: > 0 } named ? named : Path.Combine(console.Variable("HOME") ?? "/", ".docker");
        var path = Path.Combine(console.FullPath(directory), "config.json");
        if (!File.Exists(path))
        {
            return new CredentialsFile(path, []);
        }

        try
        {
            var root = JsonNode.Parse(await File.ReadAllTextAsync(path, cancellationToken)) as JsonObject;
            return new CredentialsFile(path, root ?? throw new InvalidInputException($"{Quote.Text(path)} is not a JSON object"));
        }
        catch (JsonException exception)
        {
            throw new InvalidInputException($"{Quote.Text(path)} is not JSON: {exception.Message}", exception);
        }
    }

    /// <summary>The name under which a registry's credentials are kept.</summary>
    public static string KeyOf(string? registry) => registry switch
    {
        null or "" or "docker.io" or "index.docker.io" or "registry-1.docker.io" => "https://index.docker.io/v1/",
        _ => registry.Replace("https://", string.Empty, StringComparison.Ordinal).Replace("http://", string.Empty, StringComparison.Ordinal).TrimEnd('/'),
    };

    /// <summary>Puts credentials in; refuses when the file gives them to a helper program.</summary>
    public void Set(string key, string userName, string password)
    {
        if (_root["credsStore"] is { } store)
        {
            throw new UnsupportedException($"{Quote.Text(_path)} keeps credentials in helper {Quote.Text(store.ToString())}, which coffer does not write to yet")
            {
                Hint = "log in with docker login; coffer reads what it stores",
            };
        }

        Entries()[key] = new JsonObject { ["auth"] = JsonValue.Create(Convert.ToBase64String(Encoding.UTF8.GetBytes($"{userName}:{password}"))) };
    }

    /// <summary>Takes credentials out; whether there were any.</summary>
    public bool Remove(string key) => Entries().Remove(key);

    /// <summary>Writes the file, readable by its owner alone.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        var temporary = _path + ".tmp" + Environment.ProcessId;
#pragma warning disable CA1416 // This program is for Linux.
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
#pragma warning restore CA1416
        await using (var stream = new FileStream(temporary, options))
        {
            await using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, IndentCharacter = '\t', IndentSize = 1 });
            _root.WriteTo(json);
            await json.FlushAsync(cancellationToken);
        }

        File.Move(temporary, _path, overwrite: true);
    }

    private JsonObject Entries()
    {
        if (_root["auths"] is JsonObject entries)
        {
            return entries;
        }

        entries = [];
        _root["auths"] = entries;
        return entries;
    }
}
