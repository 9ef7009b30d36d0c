using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Google.Protobuf;
using Xunit;

namespace Cofferdam.UnitTests.Protocol;

public sealed class DefinitionTests
{
    [Fact]
    public void Build_Attributes_AreWrittenInOrderWhateverTheOrderGiven()
    {
        var first = LlbState.Source("local://a", [new("b", "2"), new("a", "1"), new("c", "3")], new NodeOptions()).ToDefinition();
        var second = LlbState.Source("local://a", [new("c", "3"), new("b", "2"), new("a", "1")], new NodeOptions()).ToDefinition();
        Assert.Equal(first.ToByteArray(), second.ToByteArray());
        Assert.Equal(["a", "b", "c"], Op.Parser.ParseFrom(first.Def[0]).Source.Attrs.Keys);
    }

    [Fact]
    public void Build_EqualNodes_AreWrittenOnce()
    {
        var left = Source("a");
        var merged = LlbState.Scratch.WithNode(new MergeNode([left.Output, Source("a").Output, Source("b").Output], new NodeOptions()));
        Assert.Equal(4, merged.ToDefinition().Def.Count); // two sources, the merge and the op that names it
    }

    [Fact]
    public void Build_OnAnotherDefinition_KeepsItsTextsAndLines()
    {
        static NodeOptions At(string file, int line) => new() { File = new SourceFile(file, "Dockerfile", new byte[] { 1 }, null), Lines = [new LineRange(line, line)] };
        var action = new FileAction { Mkdir = new FileActionMkDir { Path = "/own", Mode = 1 } };
        var given = LlbState.Source("local://a", [], At("given", 3)).ToDefinition();
        var both = LlbState.Scratch.WithNode(new DefinitionNode(DefinitionReader.Read(given))).File([new FileStep(action)], At("own", 5)).ToDefinition();

        string Place(ByteString operation)
        {
            var location = Assert.Single(both.Source.Locations[Digest.Of(operation.Span).ToString()].Locations_);
            return $"{both.Source.Infos[location.SourceIndex].Filename}:{Assert.Single(location.Ranges).Start.Line}";
        }

        Assert.Equal(["given:3", "own:5"], both.Def.SkipLast(1).Select(Place));
    }

    [Fact]
    public void Build_LongChain_NeedsNoDeepStack()
    {
        var state = Source("a");
        for (var i = 0; i < 20_000; i++)
        {
            var action = new FileAction { Mkdir = new FileActionMkDir { Path = $"/{i}", Mode = 1 } };
            state = state.File([new FileStep(action)], new NodeOptions());
        }

        Assert.Equal(20_001, DefinitionReader.Read(state.ToDefinition()).Operations.Length);
    }

    [Fact]
    public void Build_GivenDefinition_KeepsItsBytes()
    {
        var given = Source("a").ToDefinition();
        var state = LlbState.Scratch.WithNode(new DefinitionNode(DefinitionReader.Read(given)));
        var action = new FileAction { Mkdir = new FileActionMkDir { Path = "/x" } };
        var built = state.File([new FileStep(action)], new NodeOptions()).ToDefinition();
        Assert.Equal(given.Def[0], built.Def[0]);
        Assert.Equal(Digest.Of(given.Def[0].Span), DefinitionReader.Read(built).Operations[1].Inputs[0].Digest);
    }

    [Fact]
    public void Build_EmptyRoot_IsEmpty() => Assert.Empty(LlbState.Scratch.ToDefinition().Def);

    [Fact]
    public void Read_MissingOperation_IsRefused()
    {
        var definition = Source("a").ToDefinition();
        definition.Def.RemoveAt(0);
        Assert.Contains("is missing", Assert.Throws<InvalidInputException>(() => DefinitionReader.Read(definition)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sha256:x", 0)]
    [InlineData("sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", -1)]
    public void Read_InvalidInput_IsRefused(string digest, long index)
    {
        var definition = new Definition();
        definition.Def.Add(new Op { Inputs = { new Input { Digest = digest, Index = index } } }.ToByteString());
        Assert.Contains("invalid input", Assert.Throws<InvalidInputException>(() => DefinitionReader.Read(definition)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoResult_IsRefused()
    {
        var definition = Source("a").ToDefinition();
        definition.Def.RemoveAt(1);
        Assert.Contains("does not name the result", Assert.Throws<InvalidInputException>(() => DefinitionReader.Read(definition)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoProtobuf_IsRefused()
    {
        var definition = new Definition();
        definition.Def.Add(ByteString.CopyFrom(0xFF, 0xFF));
        Assert.Throws<InvalidInputException>(() => DefinitionReader.Read(definition));
    }

    private static LlbState Source(string name) => LlbState.Source("local://" + name, ImmutableDictionary<string, string>.Empty, new NodeOptions());
}
