using System.Collections.Immutable;
using System.Text.Json;
using Cofferdam.Model;
using Cofferdam.Protocol.Content;
using Cofferdam.Solver;
using Cofferdam.Storage;
using Google.Protobuf;
using Grpc.Core;

namespace Cofferdam.Engine;

/// <summary>Writes a build's records and results where others, and other machines, find them.</summary>
internal sealed class CacheExporter(IContentStore content, LayerBlobWriter blobs, ILayerProvider layers, ImagePusher pusher)
{
    private const int ChunkBytes = 1024 * 1024;

    /// <summary>Exports a cache and returns its manifest; null where no step has a result.</summary>
    public async Task<Descriptor?> ExportAsync(CacheExportOptions options, CacheContents contents, BuildJob job, IVertexProgress progress, CancellationToken cancellationToken)
    {
        progress.Status("preparing", "preparing build cache for export", 0, 0, isCompleted: false);
        if (await AssembleAsync(options, contents, job, progress, cancellationToken) is not { } cache)
        {
            progress.Status("preparing", "skipping cache export for empty result", 0, 0, isCompleted: true);
            return null;
        }

        if (options.Type == "registry")
        {
            await pusher.PushAsync(cache.Root, ImageReference.Parse(options.Target).WithDefaultTag(), byDigest: false, SessionCredentials.For([job]), progress, cancellationToken);
        }
        else
        {
            await SendAsync(cache, "local:" + options.Target, job, progress, cancellationToken);
        }

        progress.Status("preparing", "preparing build cache for export", 0, 0, isCompleted: true);
        return cache.Root;
    }

    private async Task<AssembledCache?> AssembleAsync(CacheExportOptions options, CacheContents contents, BuildJob job, IVertexProgress progress, CancellationToken cancellationToken)
    {
        var chains = new Dictionary<string, ImmutableArray<Digest>>(StringComparer.Ordinal);
        var found = new Dictionary<Digest, Descriptor>();
        foreach (var (result, snapshot) in contents.Select(options.IsMax))
        {
            if (!await layers.CanProvideAsync(snapshot, cancellationToken))
            {
                continue;
            }

            var chain = await blobs.GetAsync(snapshot, options.Layers, [job], progress, cancellationToken);
            foreach (var layer in chain)
            {
                if (await content.FindAsync(layer.Blob, cancellationToken) is null)
                {
                    await layers.EnsureAsync(snapshot, [job], progress, cancellationToken);
                }

                found[layer.Blob] = new Descriptor
                {
                    MediaType = LayerTypes.Of(layer.Compression, options.Layers.UseOciTypes),
                    Digest = layer.Blob,
                    Size = layer.Size,
                    Annotations = new Dictionary<string, string> { [CacheReader.DiffIdAnnotation] = layer.DiffId.ToString() },
                };
            }

            chains[result] = [.. chain.Select(layer => layer.Blob)];
        }

        return chains.Count == 0 ? null : await WriteAsync(options, CacheConfigBuilder.Build(contents.Records, chains), found, progress, cancellationToken);
    }

    private async Task<AssembledCache> WriteAsync(CacheExportOptions options, CacheConfig config, Dictionary<Digest, Descriptor> found, IVertexProgress progress, CancellationToken cancellationToken)
    {
        List<Descriptor> ordered = [.. config.Layers!.Select(layer => layer.Blob).Distinct().Select(blob => found[blob])];
        var written = await WriteAsync(JsonSerializer.SerializeToUtf8Bytes(config, CacheJsonContext.Default.CacheConfig), CacheConfig.MediaType, cancellationToken);
        progress.Status("config", $"writing config {written.Digest}", 0, 0, isCompleted: true);
        var type = options.IsImageManifest ? MediaTypes.OciManifest : options.Layers.UseOciTypes ? MediaTypes.OciIndex : MediaTypes.DockerManifestList;
        var manifest = options.IsImageManifest
            ? ImageJson.Write(new ImageManifest { MediaType = type, Config = written, Layers = ordered })
            : ImageJson.Write(new ImageIndex { MediaType = type, Manifests = [.. ordered, written] });
        var root = await WriteAsync(manifest, type, cancellationToken);
        progress.Status("manifest", $"writing cache {(options.IsImageManifest ? "image " : string.Empty)}manifest {root.Digest}", 0, 0, isCompleted: true);
        return new AssembledCache(root, [.. ordered, written]);
    }

    private async Task<Descriptor> WriteAsync(byte[] bytes, string mediaType, CancellationToken cancellationToken)
    {
        var digest = Digest.Of(bytes);
        if (await content.FindAsync(digest, cancellationToken) is null)
        {
            await ManifestContent.WriteAsync(content, digest, bytes, cancellationToken);
        }

        return new Descriptor { MediaType = mediaType, Digest = digest, Size = bytes.Length };
    }

    private async Task SendAsync(AssembledCache cache, string store, BuildJob job, IVertexProgress progress, CancellationToken cancellationToken)
    {
        var session = await job.GetSessionAsync(null, cancellationToken);
        var client = new Content.ContentClient(session.Calls);
        foreach (var blob in cache.Blobs.Append(cache.Root))
        {
            var label = $"writing {(blob.MediaType == CacheConfig.MediaType ? "config" : blob == cache.Root ? "cache manifest" : "layer")} {blob.Digest}";
            progress.Status(label, label, 0, blob.Size, isCompleted: false);
            await SendAsync(client, blob, store, cancellationToken);
            progress.Status(label, label, blob.Size, blob.Size, isCompleted: true);
        }
    }

    // Only what the client does not have is sent.
    private async Task SendAsync(Content.ContentClient client, Descriptor blob, string store, CancellationToken cancellationToken)
    {
        using var call = client.Write(new Metadata { { "buildkit-attachable-store-id", store } }, cancellationToken: cancellationToken);
        var request = new WriteContentRequest { Action = WriteAction.Stat, Ref = "cache-" + blob.Digest, Total = blob.Size, Expected = blob.Digest.ToString() };
        try
        {
            await ExchangeAsync(call, request, cancellationToken);
            await using var stream = await content.OpenReadAsync(blob.Digest, cancellationToken);
            var buffer = new byte[ChunkBytes];
            int read;
            while ((read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)) > 0)
            {
                request = new WriteContentRequest { Action = WriteAction.Write, Ref = request.Ref, Total = blob.Size, Expected = request.Expected, Offset = request.Offset + request.Data.Length, Data = ByteString.CopyFrom(buffer, 0, read) };
                await ExchangeAsync(call, request, cancellationToken);
            }

            await ExchangeAsync(call, new WriteContentRequest { Action = WriteAction.Commit, Ref = request.Ref, Total = blob.Size, Expected = request.Expected, Offset = blob.Size }, cancellationToken);
            await call.RequestStream.CompleteAsync();
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.AlreadyExists)
        {
            // It has it.
        }
    }

    private static async Task ExchangeAsync(AsyncDuplexStreamingCall<WriteContentRequest, WriteContentResponse> call, WriteContentRequest request, CancellationToken cancellationToken)
    {
        await call.RequestStream.WriteAsync(request, cancellationToken);
        if (!await call.ResponseStream.MoveNext(cancellationToken))
        {
            throw new CofferdamException(ErrorCode.SessionMissing, "writing to the client's directory: the client ended the transfer");
        }
    }
}
