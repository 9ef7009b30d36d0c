using Cofferdam.Model;
using Cofferdam.Protocol.Llb;

namespace Cofferdam.Engine;

/// <summary>Where the operations of a definition come from.</summary>
internal static class SourceMap
{
    /// <summary>The first place that an operation comes from; null when the definition does not tell.</summary>
    public static SourceLocation? Find(Definition definition, Digest vertex)
    {
        if (definition.Source is not { } source || !source.Locations.TryGetValue(vertex.ToString(), out var locations))
        {
            return null;
        }

        var location = locations.Locations_.FirstOrDefault(place => place.SourceIndex >= 0 && place.SourceIndex < source.Infos.Count);
        if (location is null)
        {
            return null;
        }

        var info = source.Infos[location.SourceIndex];
        return new SourceLocation(info.Filename, info.Data.Memory, [.. location.Ranges.Select(range => new LineRange(range.Start.Line, Math.Max(range.Start.Line, range.End.Line)))]);
    }
}
