using System.Collections.Immutable;
using System.Text;
using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>Makes cache keys. Each is a digest over a text that names its kind, so that keys of different kinds never meet.</summary>
/// <remarks>They are made of what BuildKit's cache formats tell of a record, the digest of operation and output and its inputs, so that a record from elsewhere has the keys it would have here.</remarks>
internal static class CacheKeys
{
    /// <summary>The definition keys, one for each digest of the operation: with each input by its identity and what is selected of it.</summary>
    public static ImmutableArray<Digest> Definition(OperationKey operation, ImmutableArray<VertexIdentity> inputs) =>
        Make(operation.Digests, inputs, operation.Inputs, []);

    /// <summary>The content keys: with each input by the content that is read of it, or as in the definition key where it is not read by content.</summary>
    public static ImmutableArray<Digest> Content(OperationKey operation, ImmutableArray<VertexIdentity> inputs, Digest?[] contents) =>
        Make(operation.Digests, inputs, operation.Inputs, contents);

    /// <summary>The digest of an operation and one of its outputs; the key of an output that has no inputs. Content that is read of an input is known by that of output -1.</summary>
    public static Digest Record(Digest operation, int output) => Digest.Of($"{operation}@{output}");

    /// <summary>The key of output 0.</summary>
    /// <param name="record">Its <see cref="Record"/>.</param>
    /// <param name="inputs">By what each input is known, and what is selected of it.</param>
    public static Digest Vertex(Digest record, IReadOnlyCollection<(Digest Identity, Digest? Selector)> inputs) =>
        inputs.Count == 0 ? record : Digest.Of(inputs.Aggregate(new StringBuilder($"vertex {record}"), (text, input) => text.Append('\n').Append(Describe(input.Identity, input.Selector))).ToString());

    /// <summary>What a record is stored under to say of one input that a record with it exists.</summary>
    public static Digest Link(Digest record, int input, Digest identity, Digest? selector) => Digest.Of($"link {record} {input} {Describe(identity, selector)}");

    /// <summary>The key of one output.</summary>
    public static Digest Output(Digest key, int output) => output == 0 ? key : Digest.Of($"output {key} {output}");

    /// <summary>The keys of one output.</summary>
    public static IReadOnlyCollection<Digest> Outputs(ImmutableArray<Digest> keys, int output) =>
        output == 0 ? keys : [.. keys.Select(key => Output(key, output))];

    /// <summary>What a record is stored under besides its keys, to say of each input alone that a record with it exists.</summary>
    public static IEnumerable<Digest> Links(VertexKeys keys) =>
        keys.Inputs.Length < 2 ? [] : keys.Inputs.SelectMany((identity, i) => identity.IsStorable ? Links(keys.Operation, i, identity) : []);

    /// <summary>The links of one input by any of its identities.</summary>
    public static IEnumerable<Digest> AllLinks(OperationKey operation, int input, VertexIdentity identity) =>
        identity.Others.Prepend(identity.Value).SelectMany(value => Links(operation, input, identity with { Value = value }));

    /// <summary>The links of one input; where nothing is stored under any of them, no record's key has the input by that identity.</summary>
    public static IEnumerable<Digest> Links(OperationKey operation, int input, VertexIdentity identity) =>
        operation.Digests.Select(digest => Link(Record(digest, 0), input, identity.Value, operation.Inputs.IsEmpty ? null : operation.Inputs[input].Selector));

    // Where an input is read by content it does not matter what was selected: equal content elsewhere is equal.
    private static ImmutableArray<Digest> Make(ImmutableArray<Digest> operations, ImmutableArray<VertexIdentity> inputs, ImmutableArray<InputKey> keys, Digest?[] contents)
    {
        (Digest Identity, Digest? Selector)[] parts =
        [
            .. inputs.Select((identity, i) => contents.Length > 0 && contents[i] is { } content ? (Record(content, -1), (Digest?)null) : (identity.Value, keys.IsEmpty ? null : keys[i].Selector)),
        ];
        return [.. operations.Select(operation => Vertex(Record(operation, 0), parts))];
    }

    private static string Describe(Digest identity, Digest? selector) => $"{identity} {(selector is { } part ? part.ToString() : "-")}";
}
