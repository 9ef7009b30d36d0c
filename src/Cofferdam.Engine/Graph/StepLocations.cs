using Cofferdam.Model;
using Cofferdam.Protocol.Llb;

namespace Cofferdam.Engine;

/// <summary>Finds the lines that a step comes from, which a definition carries beside its operations.</summary>
internal static class StepLocations
{
    /// <summary>The place; null when the definition says nothing of it. Of several the first that names lines is taken.</summary>
    /// <remarks>What a single step reads, such as the address of an ADD, has that step's place.</remarks>
    public static SourceLocation? Find(Definition definition, Digest vertex) =>
        FindOwn(definition, vertex) ?? (FindOnlyReader(definition, vertex) is { } reader ? FindOwn(definition, reader) : null);

    private static Digest? FindOnlyReader(Definition definition, Digest vertex)
    {
        if (definition.Def.FirstOrDefault(bytes => Digest.Of(bytes.Span) == vertex) is not { } own || Op.Parser.ParseFrom(own).OpCase != Op.OpOneofCase.Source)
        {
            return null;
        }

        var name = vertex.ToString();
        var readers = definition.Def.Where(bytes => Op.Parser.ParseFrom(bytes).Inputs.Any(input => input.Digest == name)).Take(2).ToList();
        return readers.Count == 1 ? Digest.Of(readers[0].Span) : null;
    }

    private static SourceLocation? FindOwn(Definition definition, Digest vertex)
    {
        if (definition.Source is not { } source || !source.Locations.TryGetValue(vertex.ToString(), out var found))
        {
            return null;
        }

        foreach (var location in found.Locations_)
        {
            if (location.Ranges.Count > 0 && location.SourceIndex >= 0 && location.SourceIndex < source.Infos.Count)
            {
                var info = source.Infos[location.SourceIndex];
                return new SourceLocation(info.Filename, info.Data.Memory, [.. location.Ranges.Select(range => new LineRange(range.Start.Line, range.End.Line))]);
            }
        }

        return null;
    }
}
