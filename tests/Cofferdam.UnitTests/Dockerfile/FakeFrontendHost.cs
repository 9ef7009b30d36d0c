using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Cofferdam.Dockerfile;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;

namespace Cofferdam.UnitTests.Dockerfile;

/// <summary>Answers from memory: files by the local directory's name, images by their names.</summary>
internal sealed class FakeFrontendHost : IFrontendHost
{
    public Dictionary<(string Directory, string Path), string> Files { get; } = [];

    public Dictionary<string, string> Configs { get; } = new()
    {
        ["docker.io/arm64v8/alpine:latest"] = """{"architecture":"arm64","os":"linux","config":{"Env":["PATH=/bin"]},"rootfs":{"type":"layers","diff_ids":["sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"]},"history":[{"created_by":"base"}]}""",
        ["docker.io/library/alpine:latest"] = """{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":["/bin/sh"]},"rootfs":{"type":"layers","diff_ids":["sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]},"history":[{"created_by":"base"}]}""",
    };

    public ConcurrentQueue<string> Lookups { get; } = new();

    public ConcurrentQueue<FrontendWarning> Warnings { get; } = new();

    public ConcurrentQueue<string> Reads { get; } = new();

    public Task<ResolvedImage> ResolveImageAsync(ImageReference reference, Cofferdam.Model.Platform platform, string resolveMode, string logName, OciLayoutStore? ociLayout, CancellationToken cancellationToken)
    {
        Lookups.Enqueue($"{logName} {platform} {resolveMode}{(ociLayout is null ? string.Empty : $" {ociLayout.StoreId}")}");
        var name = reference.Digest is null ? reference.ToString() : reference.Name;
        return Configs.TryGetValue(name, out var config)
            ? Task.FromResult(new ResolvedImage(reference, Digest.Of(name), Encoding.UTF8.GetBytes(config)))
            : throw new NotFoundException($"{reference}: not found");
    }

    public Task<byte[]?> ReadFileAsync(Definition definition, string path, CancellationToken cancellationToken)
    {
        var source = DefinitionReader.Read(definition).Operations[0].Op.Source;
        Reads.Enqueue($"{source.Identifier} {path} {string.Join(' ', source.Attrs.Where(item => item.Key != "local.unique").Select(item => $"{item.Key}={item.Value}"))}");
        return Task.FromResult(Files.TryGetValue((source.Identifier.Split("://")[1], path), out var text) ? Encoding.UTF8.GetBytes(text) : null);
    }

    public Task<IReadOnlyList<ContextFile>> ReadFilesAsync(Definition definition, int maximumBytes, CancellationToken cancellationToken)
    {
        var source = DefinitionReader.Read(definition).Operations[0].Op.Source;
        var included = new PatternMatcher(Patterns(source.Attrs, SourceAttributes.LocalIncludePatterns));
        var excluded = new PatternMatcher(Patterns(source.Attrs, SourceAttributes.LocalExcludePatterns));
        var files = Files.Where(item => item.Key.Directory == source.Identifier.Split("://")[1] && included.Matches(item.Key.Path) && !excluded.Matches(item.Key.Path));
        return Task.FromResult<IReadOnlyList<ContextFile>>([.. files.Select(item => new ContextFile(item.Key.Path, item.Value.Length > maximumBytes ? null : Encoding.UTF8.GetBytes(item.Value)))]);
    }

    private static string[] Patterns(IDictionary<string, string> attributes, string name) => attributes.TryGetValue(name, out var json) ? JsonSerializer.Deserialize<string[]>(json)! : [];

    public Dictionary<string, DateTimeOffset> Times { get; } = [];

    public Task<DateTimeOffset?> FindTimeAsync(SourceOp source, string logName, CancellationToken cancellationToken)
    {
        Lookups.Enqueue(logName);
        return Task.FromResult(Times.TryGetValue(source.Identifier, out var time) ? time : (DateTimeOffset?)null);
    }

    public Task<string?> FindHostKeyAsync(string host, CancellationToken cancellationToken)
    {
        Lookups.Enqueue("host key of " + host);
        return Task.FromResult(HostKeys.GetValueOrDefault(host));
    }

    public Dictionary<string, string> HostKeys { get; } = [];

    public void Warn(FrontendWarning warning) => Warnings.Enqueue(warning);
}
