using System.Text.Json;
using Cofferdam.Cli.Terminal;
using Cofferdam.Model;

namespace Cofferdam.Cli.Build;

/// <summary>One <c>--build-context</c>: what is behind a name.</summary>
/// <param name="Name">The name, in the form that the frontend compares.</param>
/// <param name="Place">The value of the frontend option <c>context:NAME</c>.</param>
/// <param name="Directory">The directory to send, if it is one.</param>
/// <param name="Layout">The OCI layout to serve, if it is one.</param>
/// <param name="LayoutId">The store id of the layout.</param>
internal sealed record ContextFlag(string Name, string Place, string? Directory = null, string? Layout = null, string? LayoutId = null)
{
    private static readonly string[] RemotePrefixes = ["docker-image://", "http://", "https://", "git://", "ssh://", "git@", "github.com/", "target:", "input:"];

    /// <summary>Reads <c>NAME=PLACE</c>; throws <see cref="UsageException"/>.</summary>
    public static ContextFlag Parse(string text, CommandConsole console)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || equals == text.Length - 1)
        {
            throw new UsageException($"invalid context value {Quote.Text(text)}: expected name=value");
        }

        var (name, place) = (NameOf(text[..equals]), text[(equals + 1)..]);
        if (place.StartsWith("oci-layout://", StringComparison.Ordinal))
        {
            return OfLayout(name, place["oci-layout://".Length..], console);
        }

        if (IsRemote(place))
        {
            return new ContextFlag(name, place);
        }

        var directory = console.FullPath(place);
        return System.IO.Directory.Exists(directory)
            ? new ContextFlag(name, "local:" + name, Directory: directory)
            : throw new NotFoundException($"build context {Quote.Text(name)}: directory {Quote.Text(place)} does not exist");
    }

    /// <summary>Whether a context is fetched by the daemon and not sent by this client.</summary>
    public static bool IsRemote(string place) => RemotePrefixes.Any(prefix => place.StartsWith(prefix, StringComparison.Ordinal));

    private static string NameOf(string name) =>
        ImageReference.TryParse(name, out var reference) ? WithoutLatest(reference.Familiar) : name;

    private static string WithoutLatest(string name) => name.EndsWith(":latest", StringComparison.Ordinal) ? name[..^":latest".Length] : name;

    private static ContextFlag OfLayout(string name, string place, CommandConsole console)
    {
        var (path, digest) = Split(place, '@');
        var tag = "latest";
        if (path.LastIndexOf(':') is > 0 and var colon && !path[colon..].Contains('/', StringComparison.Ordinal))
        {
            (path, tag) = (path[..colon], path[(colon + 1)..]);
        }

        var directory = console.FullPath(path);
        digest ??= FindDigest(directory, tag);
        var id = Digest.Of(directory).Hex[..20];
        return new ContextFlag(name, $"oci-layout://{id}@{digest}", Layout: directory, LayoutId: id);
    }

    private static string FindDigest(string directory, string tag)
    {
        var path = System.IO.Path.Combine(directory, "index.json");
        if (!File.Exists(path))
        {
            throw new NotFoundException($"OCI layout {Quote.Text(directory)} has no \"index.json\"");
        }

        using var stream = File.OpenRead(path);
        using var index = JsonDocument.Parse(stream);
        string? only = null;
        var count = 0;
        foreach (var manifest in index.RootElement.GetProperty("manifests").EnumerateArray())
        {
            only = manifest.GetProperty("digest").GetString();
            count++;
            if (manifest.TryGetProperty("annotations", out var annotations)
                && annotations.TryGetProperty("org.opencontainers.image.ref.name", out var name)
                && name.GetString() is { } text && (text == tag || text.EndsWith(":" + tag, StringComparison.Ordinal)))
            {
                return only!;
            }
        }

        return count == 1 && tag == "latest" ? only! : throw new NotFoundException($"OCI layout {Quote.Text(directory)} has no image {Quote.Text(tag)}");
    }

    private static (string Left, string? Right) Split(string text, char separator) =>
        text.IndexOf(separator, StringComparison.Ordinal) is >= 0 and var at ? (text[..at], text[(at + 1)..]) : (text, null);
}
