using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Engine;

// What is made of the result in the end.
internal sealed partial class Build
{
    /// <inheritdoc/>
    public async Task<BuildOutcome> ExportAsync(GatewayResult result, CancellationToken cancellationToken)
    {
        var references = result.All.Where(reference => reference.Id.Length > 0).ToList();
        await Task.WhenAll(references.Select(reference => EvaluateAsync(reference.Id, cancellationToken)));
        if (references.Count == 0 && result.Reference is null)
        {
            return new BuildOutcome { Response = Frontend(result) };
        }

        if (_job.Seal.Mode != SealMode.Off)
        {
            await _given.LearnAsync(_job, cancellationToken);
        }

        if (_exporters.IsEmpty && _caches.IsEmpty)
        {
            await CheckUnexportedAsync(result, references, cancellationToken);
            return new BuildOutcome { Response = Frontend(result) };
        }

        var results = await ReadResultsAsync(result, cancellationToken);
        var response = Frontend(result).ToBuilder();
        var descriptors = ImmutableDictionary.CreateBuilder<int, Descriptor>();
        for (var i = 0; i < _exporters.Length; i++)
        {
            var (exporter, index) = (_exporters[i], i);
            var told = await ExportAsync(exporter, index, references, async step =>
            {
                results = await ReadResultsAsync(result, cancellationToken);
                return new ExportRequest(await AddInlineCacheAsync(results, cancellationToken), result.References is not null, index, _job, step);
            }, cancellationToken);
            foreach (var (key, value) in told)
            {
                response[key] = value;
            }

            if (told.TryGetValue("containerimage.descriptor", out var descriptor))
            {
                descriptors[index] = ImageJson.ReadDescriptor(Convert.FromBase64String(descriptor));
            }
        }

        await ExportCachesAsync(results, response, cancellationToken);
        return new BuildOutcome { Response = response.ToImmutable(), Results = descriptors.ToImmutable() };
    }

    // What goes nowhere yet is in the cache all the same, for the next build to send.
    private async Task CheckUnexportedAsync(GatewayResult result, List<GatewayReference> references, CancellationToken cancellationToken)
    {
        if (_job.Seal.Mode == SealMode.Off || _job.Secrets.IsEmpty)
        {
            return;
        }

        try
        {
            await _progress.RunStepAsync($"{_job.SessionId}-seal", "[internal] search the result for secrets", step => UseAsync([.. references.Select(reference => Find(reference.Id))], async () =>
            {
                await _services.Seal.CheckAsync(await ReadResultsAsync(result, cancellationToken), new ExporterSpec("cacheonly", ImmutableDictionary<string, string>.Empty), _job, step, cancellationToken);
                return true;
            }, cancellationToken));
        }
        catch (Exception error) when (error is not (OperationCanceledException or CofferdamException { Code: not ErrorCode.DiskFull }))
        {
            throw _services.Failures.Describe(error);
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> ExportAsync(IExporter exporter, int index, List<GatewayReference> references, Func<Solver.IVertexProgress, Task<ExportRequest>> request, CancellationToken cancellationToken)
    {
        try
        {
            return await _progress.RunStepAsync($"{_job.SessionId}-export-{index}", exporter.Title, step => UseAsync([.. references.Select(reference => Find(reference.Id))], async () =>
            {
                var asked = await request(step);
                await _services.Seal.CheckAsync(asked.Results, _request.Exporters[index], _job, step, cancellationToken);
                return await exporter.ExportAsync(asked, cancellationToken);
            }, cancellationToken));
        }
        catch (Exception error) when (error is not (OperationCanceledException or CofferdamException { Code: not ErrorCode.DiskFull }))
        {
            throw _services.Failures.Describe(error);
        }
    }

    // Metadata of the frontend whose name says that it is for the client.
    private static ImmutableSortedDictionary<string, string> Frontend(GatewayResult result) =>
        result.Metadata.Where(entry => entry.Key.StartsWith("frontend.", StringComparison.Ordinal))
            .ToImmutableSortedDictionary(entry => entry.Key, entry => System.Text.Encoding.UTF8.GetString(entry.Value));

    private async Task<ImmutableArray<PlatformResult>> ReadResultsAsync(GatewayResult result, CancellationToken cancellationToken)
    {
        var platforms = PlatformList.Read(result.Metadata.GetValueOrDefault("refs.platforms"))?.Platforms ?? [];
        if (result.References is null)
        {
            var platform = platforms.Count > 0 ? platforms[0].Platform : _services.Platforms[0];
            return [(await ReadResultAsync(result.Reference!, platform, result.Metadata.GetValueOrDefault("containerimage.config"), cancellationToken)) with { Epoch = ReadEpoch(result, platforms.Count > 0 ? platforms[0].Id : null) }];
        }

        var results = ImmutableArray.CreateBuilder<PlatformResult>();
        var order = platforms.Select(entry => entry.Id).ToList();
        foreach (var (id, reference) in result.References.OrderBy(pair => order.IndexOf(pair.Key)))
        {
            var platform = platforms.FirstOrDefault(entry => entry.Id == id)?.Platform ?? Platform.Parse(id);
            results.Add((await ReadResultAsync(reference, platform, result.Metadata.GetValueOrDefault("containerimage.config/" + id), cancellationToken)) with { Epoch = ReadEpoch(result, id) });
        }

        return results.ToImmutable();
    }

    private static DateTimeOffset? ReadEpoch(GatewayResult result, string? id)
    {
        const string Key = "source.date.epoch"; // BuildKit exporter/exptypes
        var text = (id is null ? null : result.Metadata.GetValueOrDefault($"{Key}/{id}")) ?? result.Metadata.GetValueOrDefault(Key);
        return text is null || text.Length == 0 ? null
            : long.TryParse(System.Text.Encoding.ASCII.GetString(text), out var seconds) && Math.Abs(seconds) < 253402300800 ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new InvalidInputException("invalid SOURCE_DATE_EPOCH from frontend");
    }

    private async Task<PlatformResult> ReadResultAsync(GatewayReference reference, Platform platform, byte[]? config, CancellationToken cancellationToken)
    {
        var snapshot = reference.Id.Length == 0 ? Storage.Snapshot.Scratch : (await Find(reference.Id).EvaluateAsync(cancellationToken)).Snapshot;

        // BuildKit gives a result without a config (plain LLB) the platform and nothing else.
        var image = config is null ? new ImageConfig { Os = platform.Os, Architecture = platform.Architecture, Variant = platform.Variant } : ImageJson.ReadConfig(config);
        return new PlatformResult(platform, snapshot, image);
    }
}
