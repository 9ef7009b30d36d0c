using Cofferdam.Model;
using Google.Protobuf;

namespace Cofferdam.Protocol.Llb;

/// <summary>Writes a graph as a definition. The same graph gives the same bytes, and so the same digests.</summary>
public sealed class DefinitionBuilder
{
    private readonly List<ByteString> _operations = [];
    private readonly Dictionary<LlbNode, Digest> _digests = [];
    private readonly HashSet<Digest> _written = [];
    private readonly Dictionary<string, OpMetadata> _metadata = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Locations> _locations = new(StringComparer.Ordinal);
    private readonly List<SourceInfo> _files = [];
    private readonly Dictionary<SourceFile, int> _fileIndexes = new(ReferenceEqualityComparer.Instance); // a text can be megabytes: it is looked at once
    private readonly Dictionary<SourceInfo, int> _infoIndexes = new(ReferenceEqualityComparer.Instance);

    private DefinitionBuilder()
    {
    }

    /// <summary>The definition of an output: the operations it needs, inputs first, and last the one that names the result. That of the empty root is empty.</summary>
    public static Definition Build(LlbOutput? output)
    {
        var builder = new DefinitionBuilder();
        return Follow(output) is { } root ? builder.Write(root) : new Definition();
    }

    private static LlbOutput? Follow(LlbOutput? output)
    {
        while (output is { Node: DeferredNode deferred })
        {
            output = deferred.Output;
        }

        return output is { Node: DefinitionNode { Graph.Root: null } } ? null : output;
    }

    private Definition Write(LlbOutput root)
    {
        // Chains can be thousands long: the stack is a list, not the thread's.
        var pending = new Stack<LlbNode>([root.Node]);
        while (pending.TryPeek(out var node))
        {
            if (!_digests.ContainsKey(node))
            {
                if (PushMissing(node, pending))
                {
                    continue;
                }

                _digests.Add(node, node is DefinitionNode given ? Embed(given.Graph) : Write(node));
            }

            pending.Pop();
        }

        return Finish(root);
    }

    // The inputs of a node that are not written yet, the first one on top: it is to be written first.
    private bool PushMissing(LlbNode node, Stack<LlbNode> pending)
    {
        var count = pending.Count;
        foreach (var some in node.Inputs.Reverse())
        {
            if (Follow(some) is { } input && !_digests.ContainsKey(input.Node))
            {
                pending.Push(input.Node);
            }
        }

        return pending.Count > count;
    }

    private Input? Resolve(LlbOutput output)
    {
        if (Follow(output) is not { } some)
        {
            return null;
        }

        return new Input { Digest = _digests[some.Node].ToString(), Index = some.Node is DefinitionNode given ? given.Graph.RootIndex : some.Index };
    }

    private Digest Write(LlbNode node)
    {
        var bytes = node.CreateOp(output => Resolve(output)).ToByteString();
        var digest = Digest.Of(bytes.Span);
        var name = digest.ToString();
        if (_written.Add(digest))
        {
            _operations.Add(bytes);
            _metadata[name] = Describe(node.Options);
        }
        else if (node.Options.IgnoreCache)
        {
            _metadata[name].IgnoreCache = true;
        }

        AddLocation(name, node.Options);
        return digest;
    }

    private Digest Embed(DefinitionGraph graph)
    {
        foreach (var operation in graph.Operations)
        {
            if (_written.Add(operation.Digest))
            {
                _operations.Add(operation.Bytes);
                if (operation.Metadata is not null)
                {
                    _metadata[operation.Digest.ToString()] = operation.Metadata;
                }
            }

            TakeLocations(operation.Digest.ToString(), graph.Source);
        }

        return graph.Root!.Value;
    }

    private static OpMetadata Describe(NodeOptions options)
    {
        var metadata = new OpMetadata { IgnoreCache = options.IgnoreCache, ProgressGroup = options.ProgressGroup, LinuxResources = options.Resources };
        if (options.Command is not null)
        {
            metadata.Description.Add(DescriptionKeys.DockerfileCommand, options.Command);
        }

        if (options.Name is not null)
        {
            metadata.Description.Add(DescriptionKeys.CustomName, options.Name);
        }

        return metadata;
    }

    private void AddLocation(string digest, NodeOptions options)
    {
        if (options.File is not { } file || options.Lines.IsDefaultOrEmpty)
        {
            return;
        }

        var location = new Location { SourceIndex = IndexOf(file) };
        foreach (var lines in options.Lines)
        {
            location.Ranges.Add(new Range { Start = new Position { Line = lines.Start }, End = new Position { Line = lines.End } });
        }

        AddLocation(digest, location);
    }

    // A definition counts its texts for itself.
    private void TakeLocations(string digest, Source? source)
    {
        if (source is null || !source.Locations.TryGetValue(digest, out var locations))
        {
            return;
        }

        foreach (var location in locations.Locations_.Where(location => location.SourceIndex >= 0 && location.SourceIndex < source.Infos.Count))
        {
            var taken = location.Clone();
            taken.SourceIndex = IndexOf(source.Infos[location.SourceIndex]);
            AddLocation(digest, taken);
        }
    }

    private void AddLocation(string digest, Location location)
    {
        if (!_locations.TryGetValue(digest, out var locations))
        {
            _locations.Add(digest, locations = new Locations());
        }

        if (!locations.Locations_.Contains(location))
        {
            locations.Locations_.Add(location);
        }
    }

    private int IndexOf(SourceFile file)
    {
        if (!_fileIndexes.TryGetValue(file, out var index))
        {
            index = IndexOf(new SourceInfo { Filename = file.FileName, Language = file.Language, Data = ByteString.CopyFrom(file.Data.Span), Definition = file.Definition });
            _fileIndexes.Add(file, index);
        }

        return index;
    }

    private int IndexOf(SourceInfo info)
    {
        if (!_infoIndexes.TryGetValue(info, out var index))
        {
            index = _files.IndexOf(info);
            if (index < 0)
            {
                index = _files.Count;
                _files.Add(info);
            }

            _infoIndexes.Add(info, index);
        }

        return index;
    }

    private Definition Finish(LlbOutput root)
    {
        var terminal = new Op();
        terminal.Inputs.Add(Resolve(root)!);
        var bytes = terminal.ToByteString();
        _operations.Add(bytes);
        var metadata = new OpMetadata();
        metadata.Caps.Add("constraints", true);
        metadata.Caps.Add("platform", true);
        _metadata[Digest.Of(bytes.Span).ToString()] = metadata;

        var definition = new Definition { Source = new Source() };
        definition.Def.AddRange(_operations);
        foreach (var (digest, value) in _metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            definition.Metadata.Add(digest, value);
        }

        foreach (var (digest, value) in _locations.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            definition.Source.Locations.Add(digest, value);
        }

        definition.Source.Infos.AddRange(_files);
        return definition;
    }
}
