using System.Collections.Immutable;

namespace Cofferdam.Protocol.Llb;

/// <summary>Fetches an image, a directory, a repository or a file.</summary>
public sealed class SourceNode(string identifier, ImmutableSortedDictionary<string, string> attributes, NodeOptions options) : LlbNode(options)
{
    internal override IEnumerable<LlbOutput?> Inputs => [];

    internal override Op CreateOp(Func<LlbOutput, Input?> resolve)
    {
        var source = new SourceOp { Identifier = identifier };
        foreach (var (name, value) in attributes)
        {
            source.Attrs.Add(name, value); // in order: maps are written as they were filled
        }

        var isOfPlatform = identifier.StartsWith(SourceSchemes.Image, StringComparison.Ordinal) || identifier.StartsWith(SourceSchemes.OciLayout, StringComparison.Ordinal);
        return new Op { Source = source, Platform = isOfPlatform ? ToMessage(Options.Platform) : null, Constraints = new WorkerConstraints() };
    }
}
