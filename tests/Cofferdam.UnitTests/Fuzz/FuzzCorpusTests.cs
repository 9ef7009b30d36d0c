using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Fuzz;

/// <summary>The inputs of <c>eng/fuzz</c>, and a few made of them.</summary>
public sealed class FuzzCorpusTests
{
    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Read_OfCorpus_KeepsTheRules(string name)
    {
        var target = FuzzTargets.All.Single(item => item.Name == name);
        var corpus = target.ReadCorpus();

        Assert.True(corpus.Count >= 20);
        Assert.All(corpus, input => FuzzCheck.Run(target, input));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Read_OfChangedInputs_KeepsTheRules(string name)
    {
        var target = FuzzTargets.All.Single(item => item.Name == name);
        var mutator = new InputMutator(1, target.Tokens, target.ReadCorpus());
        for (var i = 0; i < 300; i++)
        {
            FuzzCheck.Run(target, mutator.Next());
        }
    }

    [Fact]
    public void Check_OfReaderThatFails_Throws() =>
        Assert.Contains("FormatException", Assert.Throws<FuzzException>(() => FuzzCheck.Run(new FuzzTarget("x", [], _ => throw new FormatException()), [])).Message, StringComparison.Ordinal);

    [Fact]
    public void Check_OfReaderThatTakesTooMuch_Throws() =>
        Assert.EndsWith("MiB", Assert.Throws<FuzzException>(() => FuzzCheck.Run(new FuzzTarget("x", [], Waste), [])).Message, StringComparison.Ordinal);

    [Fact]
    public void Mutator_OfTheSameSeed_MakesTheSame()
    {
        var target = FuzzTargets.All[0];
        byte[][] Make() => [.. new[] { new InputMutator(7, target.Tokens, target.ReadCorpus()) }.SelectMany(mutator => Enumerable.Range(0, 20).Select(_ => mutator.Next()))];

        Assert.Equal(Make(), Make());
    }

    private static void Waste(byte[] input)
    {
        for (var i = 0; i < 1100; i++)
        {
            GC.KeepAlive(GC.AllocateUninitializedArray<byte>(1 << 20));
        }
    }
}
