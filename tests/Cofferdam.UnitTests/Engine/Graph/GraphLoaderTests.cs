using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;
using Google.Protobuf;
using Xunit;
using LlbRange = Cofferdam.Protocol.Llb.Range;

namespace Cofferdam.UnitTests.Engine.Graph;

public sealed class GraphLoaderTests
{
    private const string Text = "FROM scratch\nRUN a\n";

    private readonly GraphLoader _loader = new(new NoOperations(), SealPolicy.Default, new DeviceRegistry(new DeviceOptions { IsDisabled = true }));

    [Theory]
    [InlineData(NetMode.Host, SecurityMode.Sandbox, "network.host")]
    [InlineData(NetMode.Unset, SecurityMode.Insecure, "security.insecure")]
    public void Load_WithoutEntitlement_IsRefusedAtItsLine(NetMode network, SecurityMode security, string entitlement)
    {
        var exec = Exec(network, security);

        var error = Assert.Throws<StepFailedException>(() => _loader.Load(Define(exec), new HashSet<string>(), SourcePolicies.None));

        Assert.Equal((ErrorCode.EntitlementMissing, $"{entitlement} is not allowed", $"grant it with --allow {entitlement}"), (error.Code, error.Message, error.Hint));
        Assert.Equal(Digest.Of(exec.ToByteArray()), error.Vertex);
        Assert.Equal(new LineRange(2, 2), Assert.Single(error.Location!.Ranges));
        Assert.NotNull(_loader.Load(Define(exec), new HashSet<string> { entitlement }, SourcePolicies.None));
    }

    [Fact]
    public void Load_OfWhatNeedsNone_AsksForNone() => Assert.NotNull(_loader.Load(Define(Exec(NetMode.None, SecurityMode.Sandbox)), new HashSet<string>(), SourcePolicies.None));

    // What the target does not need is not run, so it needs no entitlement either.
    [Fact]
    public void Load_LooksOnlyAtWhatTheTargetNeeds()
    {
        var definition = Define(Exec(NetMode.Unset, SecurityMode.Sandbox));
        definition.Def.Insert(0, Exec(NetMode.Host, SecurityMode.Sandbox).ToByteString());

        Assert.NotNull(_loader.Load(definition, new HashSet<string>(), SourcePolicies.None));
    }

    [Fact]
    public void Location_OfSourceThatOneStepReads_IsThatStep()
    {
        var source = new Op { Source = new SourceOp { Identifier = "https://localhost/x" } };
        var reader = Exec(NetMode.Unset, SecurityMode.Sandbox);
        reader.Inputs.Add(new Input { Digest = Digest.Of(source.ToByteArray()).ToString() });
        var definition = Define(reader);
        definition.Def.Insert(0, source.ToByteString());

        Assert.Equal(new LineRange(2, 2), Assert.Single(StepLocations.Find(definition, Digest.Of(source.ToByteArray()))!.Ranges));

        var other = reader.Clone();
        other.Exec.Network = NetMode.None;
        definition.Def.Insert(1, other.ToByteString());
        Assert.Null(StepLocations.Find(definition, Digest.Of(source.ToByteArray())));
    }

    private static Op Exec(NetMode network, SecurityMode security) => new() { Exec = new ExecOp { Meta = new Meta { Args = { "a" } }, Network = network, Security = security } };

    private static Definition Define(Op target)
    {
        var bytes = target.ToByteString();
        var digest = Digest.Of(bytes.Span).ToString();
        var definition = new Definition { Def = { bytes, new Op { Inputs = { new Input { Digest = digest } } }.ToByteString() } };
        var range = new LlbRange { Start = new Position { Line = 2 }, End = new Position { Line = 2 } };
        definition.Source = new Source { Infos = { new SourceInfo { Filename = "Dockerfile", Data = ByteString.CopyFromUtf8(Text) } } };
        definition.Source.Locations.Add(digest, new Locations { Locations_ = { new Location { Ranges = { range } } } });
        return definition;
    }

    private sealed class NoOperations : IOperationFactory
    {
        public IOperation Create(Op op, OpMetadata? metadata, SealPolicy seal) => null!;

        public string Describe(Op op) => "an operation";
    }
}
