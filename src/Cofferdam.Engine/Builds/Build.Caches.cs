using System.Collections.Immutable;
using System.Text;
using Cofferdam.Model;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

// Caches from elsewhere, and for others.
internal sealed partial class Build
{
    // A cache that can't be had is told and does without.
    private async Task ImportCachesAsync(ImmutableArray<CacheSpec> specs, CancellationToken cancellationToken) =>
        await Task.WhenAll(specs.Select(spec => _imports.GetOrAdd(Name(spec), _ => new Lazy<Task<IDisposable?>>(() => ImportCacheAsync(spec, cancellationToken))).Value));

    private async Task<IDisposable?> ImportCacheAsync(CacheSpec spec, CancellationToken cancellationToken)
    {
        _services.CacheImporter.Check(spec);
        try
        {
            return await _progress.RunStepAsync($"{_job.SessionId}-cache-{Name(spec)}", CacheImporter.Title(spec), _ => _services.CacheImporter.ImportAsync(spec, _job, cancellationToken));
        }
        catch (Exception error) when (error is CofferdamException or IOException or Grpc.Core.RpcException)
        {
            return null;
        }
    }

    private static string Name(CacheSpec spec) => $"{spec.Type} {string.Join(',', spec.Attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal))}";

    // An image that is exported has its own cache in its config, where that was asked for.
    private async Task<ImmutableArray<PlatformResult>> AddInlineCacheAsync(ImmutableArray<PlatformResult> results, CancellationToken cancellationToken)
    {
        if (_caches.All(cache => cache.Type != "inline"))
        {
            return results;
        }

        var contents = await CollectAsync(results, cancellationToken);
        return [.. results.Select(result => contents.Inline(result.Snapshot) is { } member
            ? result with { Config = result.Config with { Extra = new(result.Config.Extra ?? []) { [CacheReader.InlineMember] = member } } }
            : result)];
    }

    private async Task ExportCachesAsync(ImmutableArray<PlatformResult> results, ImmutableSortedDictionary<string, string>.Builder response, CancellationToken cancellationToken)
    {
        var wanted = _caches.Where(cache => cache.Type != "inline").ToList();
        if (wanted.Count == 0)
        {
            return;
        }

        var contents = await CollectAsync(results, cancellationToken);
        foreach (var (index, options) in wanted.Index())
        {
            try
            {
                var root = await _progress.RunStepAsync($"{_job.SessionId}-cache-{index}", options.Title, step => ExportCacheAsync(options, contents, step, cancellationToken));
                if (root is not null)
                {
                    response["cache.manifest"] = Encoding.UTF8.GetString(ImageJson.Write(root));
                }
            }
            catch (Exception error) when (options.IgnoresErrors && error is CofferdamException or IOException or Grpc.Core.RpcException)
            {
                // Its step shows the error.
            }
            catch (Exception error) when (error is not (OperationCanceledException or CofferdamException { Code: not ErrorCode.DiskFull }))
            {
                throw _services.Failures.Describe(error);
            }
        }
    }

    private async Task<Descriptor?> ExportCacheAsync(CacheExportOptions options, CacheContents contents, IVertexProgress step, CancellationToken cancellationToken)
    {
        PlatformResult[] searched = [.. contents.Select(options.IsMax).Select(result => new PlatformResult(Platform.Host, result.Snapshot, new ImageConfig()))];
        await _services.Seal.CheckAsync(searched, new ExporterSpec(options.Type, ImmutableDictionary<string, string>.Empty.Add("ref", options.Target)), _job, step, cancellationToken);
        return await _services.CacheExporter.ExportAsync(options, contents, _job, step, cancellationToken);
    }

    private async Task<CacheContents> CollectAsync(ImmutableArray<PlatformResult> results, CancellationToken cancellationToken) =>
        new(await _solver.CollectRecordsAsync(cancellationToken), [.. results.Select(result => result.Snapshot)]);
}
