using System.Collections.Immutable;
using Cofferdam.Model;
using Google.Protobuf;

namespace Cofferdam.Protocol.Llb;

/// <summary>Reads definitions that come from clients: nothing in them is trusted.</summary>
public static class DefinitionReader
{
    /// <summary>Reads a definition; throws <see cref="InvalidInputException"/> where an operation is missing, needs itself or does not parse.</summary>
    public static DefinitionGraph Read(Definition definition)
    {
        if (definition.Def.Count == 0)
        {
            return new DefinitionGraph([], null, 0);
        }

        var operations = new Dictionary<Digest, DefinitionOperation>(definition.Def.Count);
        DefinitionOperation? last = null;
        foreach (var bytes in definition.Def)
        {
            last = Parse(bytes, definition);
            operations[last.Digest] = last;
        }

        if (last!.Op.OpCase != Op.OpOneofCase.None || last.Inputs.Length != 1)
        {
            throw new InvalidInputException("invalid LLB definition: its last operation does not name the result");
        }

        var (root, index) = last.Inputs[0];
        return new DefinitionGraph(Order(root, operations), root, index) { Source = definition.Source };
    }

    private static ImmutableArray<DefinitionOperation> Order(Digest root, Dictionary<Digest, DefinitionOperation> operations)
    {
        var ordered = ImmutableArray.CreateBuilder<DefinitionOperation>();
        var states = new Dictionary<Digest, bool>(); // true once it is ordered, false while its inputs are
        var pending = new Stack<Digest>([root]);
        while (pending.TryPeek(out var digest))
        {
            if (states.GetValueOrDefault(digest))
            {
                pending.Pop();
                continue;
            }

            var operation = operations.GetValueOrDefault(digest) ?? throw new InvalidInputException($"invalid LLB definition: operation {digest} is missing");
            var missing = operation.Inputs.Select(input => input.Digest).Where(input => !states.GetValueOrDefault(input)).ToList();
            if (missing.Count == 0)
            {
                states[digest] = true;
                ordered.Add(operation);
                pending.Pop();
            }
            else if (states.TryAdd(digest, false))
            {
                missing.Reverse(); // the first input is to come first
                missing.ForEach(pending.Push);
            }
            else
            {
                throw new InvalidInputException($"invalid LLB definition: operation {digest} needs itself");
            }
        }

        return ordered.ToImmutable();
    }

    private static DefinitionOperation Parse(ByteString bytes, Definition definition)
    {
        try
        {
            var op = Op.Parser.ParseFrom(bytes);
            var digest = Digest.Of(bytes.Span);
            definition.Metadata.TryGetValue(digest.ToString(), out var metadata);
            return new DefinitionOperation(digest, op, bytes, [.. op.Inputs.Select(ParseInput)], metadata);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InvalidInputException($"invalid LLB definition: {error.Message}", error);
        }
    }

    private static (Digest Digest, long Index) ParseInput(Input input) => (input.Index >= 0 && Digest.TryParse(input.Digest, out var digest))
        ? (digest, input.Index)
        : throw new InvalidInputException($"invalid LLB definition: invalid input {Quote.Text(input.Digest)}, output {input.Index}");
}
