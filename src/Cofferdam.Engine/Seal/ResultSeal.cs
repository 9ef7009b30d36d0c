using System.Text;
using System.Text.Json;
using Cofferdam.Model;
using Cofferdam.Secrets;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Looks for a build's secrets in its result, before any of it is exported: the image's config, what an exporter is to write, layers that no step was searched for.</summary>
internal sealed class ResultSeal(SealGate gate, ISnapshotter snapshotter)
{
    private static readonly LeakAdvice Advice = new("a build argument, a variable or a label has the value", "give it to the step that needs it with --mount=type=secret");

    /// <summary>Throws <see cref="SecretLeakException"/> where a secret would go out.</summary>
    public async Task CheckAsync(IReadOnlyList<PlatformResult> results, ExporterSpec exporter, BuildJob job, IVertexProgress progress, CancellationToken cancellationToken)
    {
        if (job.Seal.Mode == SealMode.Off || job.Secrets.Open([]) is not { } opened)
        {
            return;
        }

        using var secrets = opened;
        var report = new LeakReport(job.Seal);
        foreach (var (key, value) in exporter.Attributes)
        {
            Search(secrets.Search, report, key + "=" + value, "attribute of the output");
        }

        foreach (var result in results)
        {
            using var config = JsonDocument.Parse(ImageJson.Write(result.Config));
            SearchJson(secrets.Search, report, config.RootElement, string.Empty);
        }

        foreach (var layer in results.SelectMany(result => result.Snapshot.Layers).Distinct())
        {
            await SearchAsync(layer, secrets, report, cancellationToken);
        }

        report.Tell(progress);
    }

    private async Task SearchAsync(LayerId layer, SecretSet secrets, LeakReport report, CancellationToken cancellationToken)
    {
        // A base image's own words are no leak. What is not unpacked can only be a base image's.
        if (LayerNames.IsOfImage(layer) || gate.Searched.Knows(layer, secrets.Values) || !snapshotter.Exists(layer))
        {
            return;
        }

        var tainted = await new TreeSearch(secrets.Search, report).SearchAsync(new SearchedTree(snapshotter.GetLayerDirectory(layer), string.Empty, null), cancellationToken);
        if (tainted.Count == 0 && report.Policy.Allowances.IsEmpty)
        {
            gate.Searched.Add(layer, secrets.Values);
        }
    }

    private static void SearchJson(SecretSearch search, LeakReport report, JsonElement element, string path)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    var isClean = Search(search, report, property.Name, "image config " + path);
                    SearchJson(search, report, property.Value, path + (path.Length == 0 ? string.Empty : ".") + (isClean ? property.Name : "*****"));
                }

                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in element.EnumerateArray())
                {
                    SearchJson(search, report, item, $"{path}[{index++}]");
                }

                break;
            case JsonValueKind.String:
                Search(search, report, element.GetString()!, "image config " + path);
                break;
        }
    }

    private static bool Search(SecretSearch search, LeakReport report, string text, string place)
    {
        using var scanner = search.OpenScanner();
        scanner.Append(Encoding.UTF8.GetBytes(text));
        var matches = scanner.Finish();
        foreach (var match in matches)
        {
            report.Add(new SecretFinding(match.SecretId, match.Form, match.Encoding, place, match.Offset, match.Length, Advice), null);
        }

        return matches.Count == 0;
    }
}
