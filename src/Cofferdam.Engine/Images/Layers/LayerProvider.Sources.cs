using System.Collections.Concurrent;
using Cofferdam.Model;
using Cofferdam.Registry;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

// Where blobs of layers are, and which turned out not to be there.
public sealed partial class LayerProvider
{
    // A server that could not be reached may be back soon.
    private static readonly TimeSpan s_outage = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<LayerId, long> _lost = new(); // until when, in milliseconds of the system
    private long _losses;

    /// <inheritdoc/>
    public long LossCount => Interlocked.Read(ref _losses);

    /// <inheritdoc/>
    public async ValueTask EnsureBlobAsync(Snapshot snapshot, Digest blob, IReadOnlyList<IJobContext> jobs, IVertexProgress progress, CancellationToken cancellationToken)
    {
        if (await _content.FindAsync(blob, cancellationToken) is not null)
        {
            return;
        }

        foreach (var layer in snapshot.Layers)
        {
            if (await _origins.FindAsync(layer, cancellationToken) is { } origin && origin.Blob == blob)
            {
                await (_snapshotter.Exists(layer) ? FetchBlobAsync(origin, jobs, progress, cancellationToken) : EnsureAsync(snapshot, jobs, progress, cancellationToken).AsTask());
                return;
            }
        }

        throw new NotFoundException($"blob {blob} is gone, and it is not known where to get it");
    }

    // The layer itself is here: where its blob can't be had another is made of it, so that where it came from is forgotten.
    private async Task FetchBlobAsync(LayerOrigin origin, IReadOnlyList<IJobContext> jobs, IVertexProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            var relay = new BlobRelay();
            relay.Abandon();
            await _downloader.DownloadAsync(origin, Sources(origin, jobs), relay, progress, cancellationToken);
        }
        catch (CofferdamException error) when (IsLoss(error) && !cancellationToken.IsCancellationRequested)
        {
            await _origins.RemoveAsync(origin.Layer, cancellationToken);
            Interlocked.Increment(ref _losses);
            throw;
        }
    }

    private static bool IsLoss(CofferdamException error) => error.Code is ErrorCode.NotFound or ErrorCode.DigestMismatch or ErrorCode.InvalidInput or ErrorCode.Unauthorized or ErrorCode.RegistryUnavailable or ErrorCode.SessionMissing;

    private bool IsLost(LayerId layer) => _lost.TryGetValue(layer, out var until) && Environment.TickCount64 < until;

    private void Lose(LayerId layer, CofferdamException error)
    {
        if (IsLoss(error))
        {
            _lost[layer] = error.Code is ErrorCode.RegistryUnavailable or ErrorCode.SessionMissing ? Environment.TickCount64 + (long)s_outage.TotalMilliseconds : long.MaxValue;
            Interlocked.Increment(ref _losses);
        }
    }

    private void Regain(LayerId layer) => _lost.TryRemove(layer, out _);

    // A client's layout may be gone with its client, a cache's service with the build that knew how to ask it.
    private bool IsReachable(string place) =>
        CacheStorages.IsOrigin(place) ? Storages.IsOpen(place)
        : LayoutImageSource.ParseOrigin(place) is not ({ } session, _) || _sessions?.IsOpen(session) == true;

    private List<Func<long, CancellationToken, Task<RegistryBlob>>> Sources(LayerOrigin origin, IReadOnlyList<IJobContext> jobs)
    {
        var credentials = SessionCredentials.For(jobs);
        var sources = new List<Func<long, CancellationToken, Task<RegistryBlob>>>();
        foreach (var place in origin.Repositories)
        {
            if (CacheStorages.IsOrigin(place))
            {
                sources.AddRange(Storages.Find(place).Select<ICacheStorage, Func<long, CancellationToken, Task<RegistryBlob>>>(storage => (offset, token) => storage.OpenBlobAsync(origin.Blob, offset, token)));
                continue;
            }

            if (LayoutImageSource.ParseOrigin(place) is not var (sessionId, storeId))
            {
                sources.Add((offset, token) => _registry.OpenBlobAsync(ImageReference.Parse(place), origin.ToDescriptor(), offset, credentials, token));
                continue;
            }

            // The session that had it, and those of the builds that want it now.
            foreach (var job in jobs.OfType<BuildJob>())
            {
                foreach (var id in new[] { null, sessionId })
                {
                    sources.Add(async (offset, token) =>
                    {
                        var session = await job.GetSessionAsync(id, token);
                        return await new LayoutImageSource(session, session.Id, storeId).OpenBlobAsync(null!, origin.ToDescriptor(), offset, token);
                    });
                }
            }
        }

        return sources;
    }
}
