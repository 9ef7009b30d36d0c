using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cofferdam.Model;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>Tells why steps ran, by comparing each with the nearest step of the build before it of the same project, and remembers builds for it. Thread-safe.</summary>
/// <param name="memory">Keeps what is remembered.</param>
/// <param name="clock">The clock.</param>
internal sealed class BuildExplainer(IKeyValueStore memory, TimeProvider clock)
{
    private const string LastScope = "explain.last";
    private const string BuildScope = "explain.builds";
    private const string KeyScope = "explain.key";
    private const int KeptBuilds = 50;
    private const int KeptProjects = 200;

    // Nobody reads more, and it would cost a build of them noticeably.
    private const int MaxSteps = 2000;

    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>Explains a build and remembers it.</summary>
    /// <param name="reference">The client's name of the build.</param>
    /// <param name="project">What is built: builds of the same are compared.</param>
    /// <param name="vertices">The vertices of its graphs, each after those it reads.</param>
    /// <param name="explanations">What the solver says of them.</param>
    /// <param name="changes">What differed in the client's directories, by vertex.</param>
    /// <param name="secrets">What secrets were in the keys of steps, by their ids.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task ExplainAsync(
        string reference, string project, IReadOnlyList<Vertex> vertices, IReadOnlyCollection<VertexExplanation> explanations, IReadOnlyDictionary<Digest, ChangedFiles> changes,
        IReadOnlyDictionary<string, string> secrets, CancellationToken cancellationToken)
    {
        var known = explanations.ToDictionary(explanation => explanation.Vertex);
        var explained = vertices.Where(vertex => known.ContainsKey(vertex.Digest)).Select(vertex => (Vertex: vertex, Explanation: known[vertex.Digest])).ToList();
        if (explained.Count is 0 or > MaxSteps)
        {
            return;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            var key = await FindKeyAsync(cancellationToken);
            var names = vertices.ToDictionary(vertex => vertex.Digest, vertex => vertex.Options.Name);
            var steps = explained.Select(step => Remember(step.Vertex, step.Explanation, names, secrets, key)).ToImmutableArray();
            var name = Digest.Of(project).Hex;
            var last = await memory.FindAsync(LastScope, name, cancellationToken);
            var before = Read(last);
            steps = [.. steps.Select(step => step.WithContentsOf(before.FirstOrDefault(other => other.Name == step.Name)))];
            var comparison = new StepComparison(
                before,
                explained.Where(step => IsRun(step.Explanation.Outcome)).Select(step => step.Explanation.Name).ToHashSet(),
                vertices.Where(vertex => changes.ContainsKey(vertex.Digest)).DistinctBy(vertex => vertex.Options.Name).ToDictionary(vertex => vertex.Options.Name, vertex => changes[vertex.Digest]));
            var build = new ExplainedBuild(reference, clock.GetUtcNow(), [.. explained.Select((step, i) => Explain(step.Explanation, step.Vertex, steps[i], comparison))]);
            await RememberAsync(name, last, JsonSerializer.SerializeToUtf8Bytes(steps, ExplanationJsonContext.Default.ImmutableArrayStepMemory), cancellationToken);
            await KeepAsync(build, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A build of before; the last one where none is named. Null when it is not known.</summary>
    public async ValueTask<ExplainedBuild?> FindAsync(string reference, CancellationToken cancellationToken)
    {
        var keys = await memory.ListKeysAsync(BuildScope, cancellationToken);
        var key = keys.LastOrDefault(key => reference.Length == 0 || key.EndsWith(" " + reference, StringComparison.Ordinal));
        return key is not null && await memory.FindAsync(BuildScope, key, cancellationToken) is { } bytes ? JsonSerializer.Deserialize(bytes, ExplanationJsonContext.Default.ExplainedBuild) : null;
    }

    private static bool IsRun(VertexOutcome outcome) =>
        outcome is VertexOutcome.RanNoRecord or VertexOutcome.RanResultLost or VertexOutcome.RanCacheIgnored or VertexOutcome.RanInputFresh;

    private static ExplainedStep Explain(VertexExplanation explanation, Vertex vertex, StepMemory step, StepComparison comparison) => explanation.Outcome switch
    {
        VertexOutcome.HitByDefinition => new ExplainedStep(step.Name, StepOutcome.Cached, []),
        VertexOutcome.HitByContent => new ExplainedStep(step.Name, StepOutcome.CachedByContent, []),
        VertexOutcome.NotNeeded => new ExplainedStep(step.Name, StepOutcome.NotNeeded, []),
        VertexOutcome.RanCacheIgnored => new ExplainedStep(step.Name, StepOutcome.Ran, ["the build asked not to use the cache for it"]),
        VertexOutcome.RanResultLost => new ExplainedStep(step.Name, StepOutcome.Ran, ["its result was in the cache and is gone: it was removed, or lost"]),
        _ when vertex.Inputs.IsEmpty && vertex.Operation is LocalOperation => new ExplainedStep(step.Name, StepOutcome.Ran, ["the client's files are asked for each time"]),
        _ => new ExplainedStep(step.Name, StepOutcome.Ran, comparison.Explain(step)),
    };

    private static StepMemory Remember(Vertex vertex, VertexExplanation explanation, Dictionary<Digest, string> names, IReadOnlyDictionary<string, string> secrets, byte[] key) => new(
        explanation.Name,
        explanation.OperationDigests.IsEmpty ? string.Empty : explanation.OperationDigests[0].ToString(),
        (vertex.Operation as IDescribedOperation)?.Parts.Concat(SecretParts(vertex, secrets)).GroupBy(part => part.Key).ToImmutableSortedDictionary(
            part => part.Key, part => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(string.Join('\0', part.Select(value => value.Value)))))[..16], StringComparer.Ordinal)
            ?? ImmutableSortedDictionary<string, string>.Empty,
        [.. explanation.Inputs.Select(input => new StepInput(names.GetValueOrDefault(input.Vertex, string.Empty), input.Identity.ToString(), input.Content?.ToString()))]);

    private static IEnumerable<KeyValuePair<string, string>> SecretParts(Vertex vertex, IReadOnlyDictionary<string, string> secrets) =>
        ((IDescribedOperation)vertex.Operation).Secrets.Distinct(StringComparer.Ordinal).Select(id => KeyValuePair.Create($"secret {Quote.Text(id)}", secrets.GetValueOrDefault(id, string.Empty)));

    private static ImmutableArray<StepMemory> Read(byte[]? bytes)
    {
        try
        {
            return bytes is null ? [] : JsonSerializer.Deserialize(bytes, ExplanationJsonContext.Default.ImmutableArrayStepMemory);
        }
        catch (JsonException)
        {
            return []; // another version's
        }
    }

    // Values of variables may be secret: what is kept of them says nothing outside of this state directory.
    private async Task<byte[]> FindKeyAsync(CancellationToken cancellationToken)
    {
        if (await memory.FindAsync(KeyScope, string.Empty, cancellationToken) is not { } key)
        {
            key = RandomNumberGenerator.GetBytes(32);
            await memory.PutAsync(KeyScope, string.Empty, key, cancellationToken);
        }

        return key;
    }

    private async Task RememberAsync(string name, byte[]? before, byte[] now, CancellationToken cancellationToken)
    {
        if (before is not null && before.AsSpan().SequenceEqual(now))
        {
            return;
        }

        await memory.PutAsync(LastScope, name, now, cancellationToken);
        foreach (var other in before is null ? (await memory.ListKeysAsync(LastScope, cancellationToken)).Where(other => other != name).Skip(KeptProjects) : [])
        {
            await memory.RemoveAsync(LastScope, other, cancellationToken);
        }
    }

    private async Task KeepAsync(ExplainedBuild build, CancellationToken cancellationToken)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{build.Created.ToUnixTimeMilliseconds():D15} {build.Ref}");
        await memory.PutAsync(BuildScope, key, JsonSerializer.SerializeToUtf8Bytes(build, ExplanationJsonContext.Default.ExplainedBuild), cancellationToken);
        foreach (var old in (await memory.ListKeysAsync(BuildScope, cancellationToken)).SkipLast(KeptBuilds))
        {
            await memory.RemoveAsync(BuildScope, old, cancellationToken);
        }
    }
}
