using System.Collections.Immutable;

namespace Cofferdam.Protocol.Llb;

/// <summary>A root filesystem and how processes are run in it. Immutable.</summary>
public sealed record LlbState
{
    /// <summary>The empty root.</summary>
    public static LlbState Scratch { get; } = new();

    /// <summary>The root; null is the empty one.</summary>
    public LlbOutput? Output { get; init; }

    /// <summary>The environment.</summary>
    public EnvironmentList Environment { get; init; } = EnvironmentList.Empty;

    /// <summary>The working directory.</summary>
    public string Directory { get; init; } = "/";

    /// <summary>The user.</summary>
    public string User { get; init; } = string.Empty;

    /// <summary>The host's name.</summary>
    public string HostName { get; init; } = string.Empty;

    /// <summary>The network.</summary>
    public NetMode Network { get; init; }

    /// <summary>The state with another root of one output.</summary>
    public LlbState WithNode(LlbNode node) => this with { Output = new LlbOutput(node) };

    /// <summary>The state with a variable set.</summary>
    public LlbState WithVariable(string name, string value) => this with { Environment = Environment.Set(name, value) };

    /// <summary>What fetching a source gives.</summary>
    public static LlbState Source(string identifier, IEnumerable<KeyValuePair<string, string>> attributes, NodeOptions options) =>
        Scratch.WithNode(new SourceNode(identifier, attributes.ToImmutableSortedDictionary(StringComparer.Ordinal), options));

    /// <summary>The state after changes to its files.</summary>
    public LlbState File(ImmutableArray<FileStep> steps, NodeOptions options) => WithNode(new FileNode(Output, steps, options));

    /// <summary>The definition of the root.</summary>
    public Definition ToDefinition() => DefinitionBuilder.Build(Output);
}
