using System.Text;
using Cofferdam.Dockerfile;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Platform = Cofferdam.Model.Platform;

namespace Cofferdam.Testing;

/// <summary>Has one Dockerfile and every image; those with a name that begins with <c>trigger</c> have ONBUILD instructions.</summary>
public sealed class MemoryFrontendHost(byte[] dockerfile, byte[]? ignore = null) : IFrontendHost
{
    /// <summary>How many warnings were given.</summary>
    public int Warnings { get; private set; }

    public Task<ResolvedImage> ResolveImageAsync(ImageReference reference, Platform platform, string resolveMode, string logName, OciLayoutStore? ociLayout, CancellationToken cancellationToken)
    {
        var triggers = reference.Name.Contains("/trigger", StringComparison.Ordinal) ? ""","OnBuild":["RUN a","ONBUILD RUN b","COPY --from=0 / /"]""" : string.Empty;
        var config = $$$"""{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":["/bin/sh"]{{{triggers}}}},"rootfs":{"type":"layers","diff_ids":["sha256:{{{new string('a', 64)}}}"]}}""";
        return Task.FromResult(new ResolvedImage(reference, Digest.Of(reference.ToString()), Encoding.UTF8.GetBytes(config)));
    }

    public Task<byte[]?> ReadFileAsync(Definition definition, string path, CancellationToken cancellationToken) =>
        Task.FromResult(path switch { "Dockerfile" => dockerfile, ".dockerignore" => ignore, _ => null });

    public Task<IReadOnlyList<ContextFile>> ReadFilesAsync(Definition definition, int maximumBytes, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ContextFile>>([]);

    public Task<DateTimeOffset?> FindTimeAsync(SourceOp source, string logName, CancellationToken cancellationToken) => Task.FromResult<DateTimeOffset?>(null);

    public Task<string?> FindHostKeyAsync(string host, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public void Warn(FrontendWarning warning) => Warnings++;
}
