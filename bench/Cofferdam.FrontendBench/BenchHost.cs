using Cofferdam.Dockerfile;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Platform = Cofferdam.Model.Platform;

namespace Cofferdam.FrontendBench;

/// <summary>Has one Dockerfile and one image.</summary>
internal sealed class BenchHost(byte[] dockerfile) : IFrontendHost
{
    private static readonly byte[] Config =
        """{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"]},"rootfs":{"type":"layers","diff_ids":["sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]}}"""u8.ToArray();

    public Task<ResolvedImage> ResolveImageAsync(ImageReference reference, Platform platform, string resolveMode, string logName, OciLayoutStore? ociLayout, CancellationToken cancellationToken) =>
        Task.FromResult(new ResolvedImage(reference, Digest.Of(Config), Config));

    public Task<byte[]?> ReadFileAsync(Definition definition, string path, CancellationToken cancellationToken) => Task.FromResult(path == "Dockerfile" ? dockerfile : null);

    public Task<IReadOnlyList<ContextFile>> ReadFilesAsync(Definition definition, int maximumBytes, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ContextFile>>([]);

    public Task<DateTimeOffset?> FindTimeAsync(SourceOp source, string logName, CancellationToken cancellationToken) => Task.FromResult<DateTimeOffset?>(null);

    public Task<string?> FindHostKeyAsync(string host, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public void Warn(FrontendWarning warning)
    {
    }
}
