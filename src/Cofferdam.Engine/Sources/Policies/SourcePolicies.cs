using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Protocol.SourcePolicy;
using Google.Protobuf;

namespace Cofferdam.Engine;

/// <summary>What a client lets its build take from where: rules that allow, deny and convert sources (BuildKit sourcepolicy). Thread-safe.</summary>
internal sealed class SourcePolicies
{
    private const int MaximumConversions = 20; // BuildKit sourcepolicy/engine.go

    private readonly ImmutableArray<ImmutableArray<(Rule Rule, SourcePattern Pattern)>> _policies;

    private SourcePolicies(ImmutableArray<ImmutableArray<(Rule Rule, SourcePattern Pattern)>> policies) => _policies = policies;

    /// <summary>Allows everything.</summary>
    public static SourcePolicies None { get; } = new([]);

    /// <summary>The same and further policies, each in protobuf; throws for one that is not understood.</summary>
    public SourcePolicies With(IEnumerable<ReadOnlyMemory<byte>> policies)
    {
        var more = policies.Where(static bytes => !bytes.IsEmpty).Select(Read).ToImmutableArray();
        return more.IsEmpty ? this : new SourcePolicies(_policies.AddRange(more));
    }

    /// <summary>What an operation's source becomes: the operation itself where nothing changes it. Throws when it is denied.</summary>
    public Op Apply(Op op)
    {
        if (_policies.IsEmpty || op.OpCase != Op.OpOneofCase.Source)
        {
            return op;
        }

        var source = Apply(op.Source);
        return ReferenceEquals(source, op.Source) ? op : new Op(op) { Source = source };
    }

    /// <summary>What a source becomes: itself where nothing changes it. Throws when it is denied.</summary>
    public SourceOp Apply(SourceOp source)
    {
        var current = source;
        for (var i = 0; i <= MaximumConversions; i++)
        {
            if (_policies.Select(policy => Convert(policy, current)).FirstOrDefault(static converted => converted is not null) is not { } next)
            {
                return current;
            }

            current = next;
        }

        throw new InvalidInputException($"source policy: source {Quote.Text(RedactedText.Of(source.Identifier))} is converted more than {MaximumConversions} times") { Hint = "two of its rules convert into each other" };
    }

    private static ImmutableArray<(Rule Rule, SourcePattern Pattern)> Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var policy = Policy.Parser.ParseFrom(bytes.Span);
            return [.. policy.Rules.Select(static rule => (rule, new SourcePattern(rule.Selector ?? throw new InvalidInputException("invalid source policy: a rule has no selector"))))];
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InvalidInputException($"invalid source policy: {error.Message}", error);
        }
    }

    // The last rule that matches decides; a conversion ends it, and what comes of it is looked at anew.
    private static SourceOp? Convert(ImmutableArray<(Rule Rule, SourcePattern Pattern)> policy, SourceOp source)
    {
        var isDenied = false;
        foreach (var (rule, pattern) in policy)
        {
            if (!rule.Selector.Constraints.All(constraint => IsMet(constraint, source)) || !pattern.IsMatch(source.Identifier))
            {
                continue;
            }

            switch (rule.Action)
            {
                case PolicyAction.Allow:
                    isDenied = false;
                    break;
                case PolicyAction.Deny:
                    isDenied = true;
                    break;
                case PolicyAction.Convert when Convert(rule, pattern, source) is { } converted:
                    return converted;
                case PolicyAction.Convert:
                    break;
                default:
                    throw new InvalidInputException($"invalid source policy: unknown action {(int)rule.Action}");
            }
        }

        return isDenied ? throw new InvalidInputException($"source {Quote.Text(RedactedText.Of(source.Identifier))} denied by policy") { Hint = "it is the source policy that was given with the build" } : null;
    }

    private static bool IsMet(AttrConstraint constraint, SourceOp source)
    {
        var value = source.Attrs.TryGetValue(constraint.Key, out var text) ? text : string.Empty;
        return constraint.Condition switch
        {
            AttrMatch.Equal => value == constraint.Value,
            AttrMatch.Notequal => value != constraint.Value,
            AttrMatch.Matches => SourcePattern.Compile(constraint.Value).IsMatch(value),
            _ => throw new InvalidInputException($"invalid source policy: unknown condition {(int)constraint.Condition}"),
        };
    }

    private static SourceOp? Convert(Rule rule, SourcePattern pattern, SourceOp source)
    {
        var updates = rule.Updates ?? throw new InvalidInputException("invalid source policy: missing destination for convert rule");
        var target = pattern.Convert(source.Identifier, updates.Identifier.Length > 0 ? updates.Identifier : rule.Selector.Identifier);
        var converted = source.Clone();
        if (target.Length > 0)
        {
            converted.Identifier = target;
        }

        foreach (var (key, value) in updates.Attrs)
        {
            converted.Attrs[key] = value;
        }

        return converted.Equals(source) ? null : converted;
    }
}
