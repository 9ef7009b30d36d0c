using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;
using Google.Protobuf;

namespace Cofferdam.Engine;

/// <summary>Makes vertices of a definition: only those the output asked for needs.</summary>
/// <param name="operations">Makes operations.</param>
/// <param name="seal">What is done when a secret would leave a step.</param>
/// <param name="devices">The devices that there are.</param>
/// <param name="distinguish">What builds must have in common besides to share a step that is given secrets of these ids; null is nothing.</param>
internal sealed class GraphLoader(IOperationFactory operations, SealPolicy seal, DeviceRegistry devices, Func<IEnumerable<string>, string?>? distinguish = null)
{
    /// <summary>The edge that the definition asks for; null where it asks for nothing (the empty root).</summary>
    /// <param name="definition">The graph.</param>
    /// <param name="granted">The entitlements of the build; an operation that needs another is refused.</param>
    /// <param name="policies">What its sources become; operations above a source that is converted are other operations too.</param>
    /// <param name="given">Takes the ids of the secrets that its steps are given.</param>
    public Edge? Load(Definition definition, IReadOnlySet<string> granted, SourcePolicies policies, GivenSecrets? given = null)
    {
        if (definition.Def.Count == 0)
        {
            return null;
        }

        var parsed = new Dictionary<Digest, Op>(definition.Def.Count);
        Op? last = null;
        foreach (var bytes in definition.Def)
        {
            // The digest is over the bytes as they came: what they say when written again may differ.
            parsed[Digest.Of(bytes.Span)] = last = Parse(bytes);
            given?.Add(last);
        }

        if (last!.OpCase != Op.OpOneofCase.None || last.Inputs.Count != 1)
        {
            throw new InvalidInputException("invalid LLB definition: its last operation does not name the result");
        }

        var loading = new Loading(definition, parsed, operations, seal, devices, distinguish, granted, policies);
        var root = last.Inputs[0];
        var index = ParseIndex(root);
        return new Edge(loading.Load(ParseDigest(root.Digest)), index);
    }

    private static Digest ParseDigest(string text) =>
        Digest.TryParse(text, out var digest) ? digest : throw new InvalidInputException($"invalid LLB definition: invalid input digest {Quote.Text(text)}");

    private static int ParseIndex(Input input) =>
        input.Index is >= 0 and <= int.MaxValue ? (int)input.Index : throw new InvalidInputException($"invalid LLB definition: invalid output {input.Index} of {Quote.Text(input.Digest)}");

    private static Op Parse(Google.Protobuf.ByteString bytes)
    {
        try
        {
            return Op.Parser.ParseFrom(bytes);
        }
        catch (Google.Protobuf.InvalidProtocolBufferException error)
        {
            throw new InvalidInputException($"invalid LLB definition: {error.Message}", error);
        }
    }

    private sealed class Loading(Definition definition, Dictionary<Digest, Op> parsed, IOperationFactory operations, SealPolicy seal, DeviceRegistry devices, Func<IEnumerable<string>, string?>? distinguish, IReadOnlySet<string> granted, SourcePolicies policies)
    {
        private readonly Dictionary<Digest, Vertex?> _vertices = []; // null while its inputs are loaded

        // A graph can be thousands deep: the stack is a list, not the thread's.
        public Vertex Load(Digest root)
        {
            var pending = new Stack<Digest>([root]);
            while (pending.TryPeek(out var digest))
            {
                if (_vertices.TryGetValue(digest, out var known) && known is not null)
                {
                    pending.Pop();
                    continue;
                }

                var op = parsed.GetValueOrDefault(digest) ?? throw new InvalidInputException($"invalid LLB definition: operation {digest} is missing");
                var count = pending.Count;
                foreach (var input in op.Inputs)
                {
                    if (ParseDigest(input.Digest) is var below && _vertices.GetValueOrDefault(below) is null)
                    {
                        pending.Push(below);
                    }
                }

                if (pending.Count == count)
                {
                    _vertices[digest] = Create(digest, op);
                    pending.Pop();
                    continue;
                }

                if (!_vertices.TryAdd(digest, null))
                {
                    throw new InvalidInputException($"invalid LLB definition: operation {digest} needs itself");
                }
            }

            return _vertices[root]!;
        }

        private Vertex Create(Digest digest, Op op)
        {
            CheckEntitlements(digest, op);
            CheckDevices(digest, op);
            var (actual, converted) = Convert(digest, op);
            definition.Metadata.TryGetValue(digest.ToString(), out var metadata);
            var inputs = op.Inputs.Select(input => new Edge(_vertices[ParseDigest(input.Digest)]!, ParseIndex(input))).ToImmutableArray();
            var options = new VertexOptions
            {
                Name = metadata?.Description.GetValueOrDefault("llb.customname") is { Length: > 0 } name ? RedactedText.Of(name) : RedactedText.Of(operations.Describe(op)),
                IgnoreCache = metadata?.IgnoreCache ?? false,
                Description = metadata?.Description ?? (IReadOnlyDictionary<string, string>)ImmutableDictionary<string, string>.Empty,
                ProgressGroup = metadata?.ProgressGroup is { } group ? new Solver.ProgressGroup(group.Id, group.Name, group.Weak) : null,
                ExportCache = metadata?.ExportCache?.Value,
                Distinction = ExecOperation.IsGivenSecrets(op) ? DistinctionOf(op) : null,
            };
            return new Vertex(actual, CreateOperation(digest, converted, metadata), inputs, options);
        }

        private string? DistinctionOf(Op op) =>
            distinguish?.Invoke(ExecOperation.SecretsOf(op)) is { } caching ? $"{seal.Distinction}\n{caching}" : seal.Distinction;

        // An operation is named by what it is and by what it is made of: after a conversion it has another name.
        private (Digest Digest, Op Op) Convert(Digest digest, Op op)
        {
            try
            {
                var converted = policies.Apply(op);
                var isChanged = !ReferenceEquals(converted, op);
                for (var i = 0; i < op.Inputs.Count; i++)
                {
                    var input = ParseDigest(op.Inputs[i].Digest);
                    if (_vertices[input]!.Digest is var actual && actual != input)
                    {
                        converted = isChanged ? converted : op.Clone();
                        converted.Inputs[i].Digest = actual.ToString();
                        isChanged = true;
                    }
                }

                return isChanged ? (Digest.Of(converted.ToByteArray()), converted) : (digest, op);
            }
            catch (CofferdamException error)
            {
                throw Located(digest, error);
            }
        }

        private IOperation CreateOperation(Digest digest, Op op, OpMetadata? metadata)
        {
            try
            {
                return operations.Create(op, metadata, seal);
            }
            catch (CofferdamException error)
            {
                throw Located(digest, error);
            }
        }

        // Here and not where it runs: a vertex that is shared runs for builds that have the entitlement, and for no other.
        private void CheckEntitlements(Digest digest, Op op)
        {
            foreach (var entitlement in Entitlements.NeededBy(op))
            {
                if (!granted.Contains(entitlement))
                {
                    throw Located(digest, new CofferdamException(ErrorCode.EntitlementMissing, $"{entitlement} is not allowed") { Hint = $"grant it with --allow {entitlement}" });
                }
            }
        }

        private void CheckDevices(Digest digest, Op op)
        {
            if (op.OpCase != Op.OpOneofCase.Exec || op.Exec.CdiDevices.Count == 0)
            {
                return;
            }

            try
            {
                DeviceGrants.Check(op.Exec.CdiDevices, granted, devices);
            }
            catch (CofferdamException error)
            {
                throw Located(digest, error);
            }
        }

        private StepFailedException Located(Digest digest, CofferdamException error) =>
            new(digest, error) { Hint = error.Hint, Location = error.Location ?? StepLocations.Find(definition, digest) };
    }
}
