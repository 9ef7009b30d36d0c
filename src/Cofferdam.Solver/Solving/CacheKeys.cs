using System.Collections.Immutable;
using System.Text;
using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>Makes cache keys. Each is a digest over a text that names its kind, so that keys of different kinds never meet.</summary>
internal static class CacheKeys
{
    /// <summary>The definition keys, one for each digest of the operation: with each input by its identity and what is selected of it.</summary>
    public static ImmutableArray<Digest> Definition(OperationKey operation, ImmutableArray<VertexIdentity> inputs) =>
        Make("definition", operation.Digests, inputs, operation.Inputs, []);

    /// <summary>The content keys: with each input by the content that is read of it, or as in the definition key where it is not read by content.</summary>
    public static ImmutableArray<Digest> Content(VertexKeys keys, Digest?[] contents) =>
        Make("content", keys.Operation.Digests, keys.Inputs, keys.Operation.Inputs, contents);

    /// <summary>The key of one output.</summary>
    public static Digest Output(Digest key, int output) => output == 0 ? key : Digest.Of($"output {key} {output}");

    /// <summary>The keys of one output.</summary>
    public static IReadOnlyCollection<Digest> Outputs(ImmutableArray<Digest> keys, int output) =>
        output == 0 ? keys : [.. keys.Select(key => Output(key, output))];

    /// <summary>What a record is stored under besides its keys, to say of each input alone that a record with it exists.</summary>
    public static IEnumerable<Digest> Links(VertexKeys keys) =>
        keys.Inputs.Length < 2 ? [] : keys.Inputs.SelectMany((identity, i) => identity.IsStorable ? Links(keys.Operation, i, identity) : []);

    /// <summary>The links of one input; where nothing is stored under any of them, no record's key has the input by that identity.</summary>
    public static IEnumerable<Digest> Links(OperationKey operation, int input, VertexIdentity identity) =>
        operation.Digests.Select(digest => Digest.Of($"link {digest} {input} {Describe(operation.Inputs, input, identity)}"));

    private static ImmutableArray<Digest> Make(string kind, ImmutableArray<Digest> operations, ImmutableArray<VertexIdentity> inputs, ImmutableArray<InputKey> keys, Digest?[] contents)
    {
        var text = new StringBuilder();
        for (var i = 0; i < inputs.Length; i++)
        {
            if (contents.Length > 0 && contents[i] is { } content)
            {
                // What is selected is part of what was hashed: equal content elsewhere is equal.
                text.Append("\ncontent ").Append(content);
            }
            else
            {
                text.Append("\ninput ").Append(Describe(keys, i, inputs[i]));
            }
        }

        var tail = text.ToString();
        return [.. operations.Select(operation => Digest.Of($"{kind} {operation}{tail}"))];
    }

    private static string Describe(ImmutableArray<InputKey> keys, int input, VertexIdentity identity) =>
        $"{identity.Value} {(keys.IsEmpty || keys[input].Selector is not { } selector ? "-" : selector.ToString())}";
}
