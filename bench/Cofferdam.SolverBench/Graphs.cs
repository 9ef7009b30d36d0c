using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Google.Protobuf;

namespace Cofferdam.SolverBench;

/// <summary>Graphs as clients send them.</summary>
internal static class Graphs
{
    private const int ChainLength = 25;

    /// <summary>A graph of about so many vertices: chains in which every step makes a file in what the step before it made, and in the end copies of one file of each.</summary>
    public static Definition Write(int vertices)
    {
        var definition = new Definition { Source = new Source() };
        var ends = new List<string>();
        for (var i = 0; i < vertices / ChainLength; i++)
        {
            string? previous = null;
            for (var step = 0; step < ChainLength; step++)
            {
                previous = Add(definition, MakeFile($"/f{i}-{step}", previous), $"[s{i} {step + 1}/{ChainLength}] RUN step {step}");
            }

            ends.Add(previous!);
        }

        // An operation may have any number of inputs; people's have some.
        while (ends.Count > 1)
        {
            ends = [.. ends.Chunk(ChainLength).Select((group, i) => Add(definition, Copy(group), $"[join {i}] COPY"))];
        }

        var terminal = new Op();
        terminal.Inputs.Add(new Input { Digest = ends[0] });
        definition.Def.Add(terminal.ToByteString());
        return definition;
    }

    private static Op MakeFile(string path, string? input)
    {
        var op = new Op { File = new FileOp(), Constraints = new WorkerConstraints() };
        op.File.Actions.Add(new FileAction { Input = input is null ? -1 : 0, SecondaryInput = -1, Mkfile = new FileActionMkFile { Path = path, Mode = 0x1A4, Data = ByteString.CopyFromUtf8(path), Timestamp = -1 } });
        if (input is not null)
        {
            op.Inputs.Add(new Input { Digest = input });
        }

        return op;
    }

    private static Op Copy(string[] inputs)
    {
        var op = new Op { File = new FileOp(), Constraints = new WorkerConstraints() };
        foreach (var (i, input) in inputs.Index())
        {
            op.Inputs.Add(new Input { Digest = input });
            op.File.Actions.Add(new FileAction
            {
                Input = i == 0 ? -1 : inputs.Length + i - 1,
                SecondaryInput = i,
                Output = i == inputs.Length - 1 ? 0 : -1,
                Copy = new FileActionCopy { Src = "/*", Dest = $"/{i}/", AllowWildcard = true, CreateDestPath = true, Mode = -1, Timestamp = -1 },
            });
        }

        return op;
    }

    private static string Add(Definition definition, Op op, string name)
    {
        var bytes = op.ToByteString();
        var digest = Digest.Of(bytes.Span).ToString();
        definition.Def.Add(bytes);
        var metadata = new OpMetadata();
        metadata.Description.Add("llb.customname", name);
        definition.Metadata.Add(digest, metadata);
        return digest;
    }
}
