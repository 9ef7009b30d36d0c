using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cofferdam.Model;

namespace Cofferdam.Registry.DockerConfig;

/// <summary>Docker's <c>config.json</c> (and podman's <c>auth.json</c>). What it does not know it leaves as it is.</summary>
internal sealed class DockerConfigFile
{
    private readonly JsonObject _root;

    private DockerConfigFile(string path, JsonObject root) => (Path, _root) = (path, root);

    internal string Path { get; }

    /// <summary>The helper that keeps all logins; null when the file does.</summary>
    internal string? Store => Text(_root["credsStore"]);

    /// <summary>Reads a file; one that is not there is empty.</summary>
    internal static async Task<DockerConfigFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var content = await File.ReadAllBytesAsync(path, cancellationToken);
            var root = content.AsSpan().Trim(" \t\r\n"u8).IsEmpty ? [] : JsonNode.Parse(content) as JsonObject;
            return new DockerConfigFile(path, root ?? throw new InvalidInputException($"read {Quote.Text(path)}: it is no JSON object"));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return new DockerConfigFile(path, []);
        }
        catch (JsonException error)
        {
            throw new InvalidInputException($"read {Quote.Text(path)}: it is no JSON: line {error.LineNumber + 1}", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new InvalidInputException($"read {Quote.Text(path)}: permission denied", error);
        }
    }

    /// <summary>The helper that keeps the login of one server; null when there is none of its own.</summary>
    internal string? HelperOf(string server) => _root["credHelpers"] is JsonObject helpers ? Text(helpers[server]) : null;

    /// <summary>The login the file itself holds for a server.</summary>
    internal RegistryLogin? Find(string server)
    {
        if (_root["auths"] is not JsonObject auths)
        {
            return null;
        }

        // Old files have whole addresses as names.
        var entry = auths.FirstOrDefault(entry => entry.Key == server).Value ?? auths.FirstOrDefault(entry => ServerNames.HostOf(entry.Key) == ServerNames.HostOf(server)).Value;
        if (entry is not JsonObject login)
        {
            return null;
        }

        if (Text(login["identitytoken"]) is { Length: > 0 } token)
        {
            return new RegistryLogin(string.Empty, token);
        }

        var (user, password) = (Text(login["username"]), Text(login["password"]));
        if (Text(login["auth"]) is { Length: > 0 } auth && TryDecode(auth) is { } decoded && decoded.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
        {
            (user, password) = (decoded[..colon], decoded[(colon + 1)..].TrimEnd('\0'));
        }

        return string.IsNullOrEmpty(user) ? null : new RegistryLogin(user, password ?? string.Empty);
    }

    /// <summary>The servers the file holds logins for.</summary>
    internal IReadOnlyList<string> List() => _root["auths"] is JsonObject auths ? [.. auths.Select(entry => entry.Key)] : [];

    /// <summary>Puts a login in; null takes it out. Returns whether anything changed.</summary>
    internal bool Set(string server, RegistryLogin? login)
    {
        if (_root["auths"] is not JsonObject auths)
        {
            auths = [];
            _root["auths"] = auths;
        }

        if (login is null)
        {
            return auths.Remove(server);
        }

        auths[server] = login.UserName.Length == 0
            ? new JsonObject { ["identitytoken"] = login.Secret }
            : new JsonObject { ["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login.UserName}:{login.Secret}")) };
        return true;
    }

    /// <summary>Writes the file in one step, readable by its owner alone.</summary>
    internal async Task WriteAsync(CancellationToken cancellationToken)
    {
        // The file may be a link into a directory under version control.
        var target = new FileInfo(Path).LinkTarget is null ? Path : File.ResolveLinkTarget(Path, returnFinalTarget: true)!.FullName;
        var directory = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(target))!;
        if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var temporary = $"{target}.{Guid.NewGuid():N}";
        try
        {
            await using (var stream = new FileStream(temporary, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.Asynchronous,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                await using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, IndentCharacter = '\t', IndentSize = 1 }))
                {
                    _root.WriteTo(writer);
                }

                await stream.FlushAsync(cancellationToken);

                RandomAccess.FlushToDisk(stream.SafeFileHandle);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new InvalidInputException($"write {Quote.Text(target)}: permission denied", error);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static string? TryDecode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
