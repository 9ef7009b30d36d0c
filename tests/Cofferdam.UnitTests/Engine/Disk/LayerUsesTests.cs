using Cofferdam.Engine;
using Cofferdam.Storage;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Disk;

public sealed class LayerUsesTests
{
    private static readonly LayerId Layer = new("layer");

    private readonly LayerUses _uses = new();

    [Fact]
    public void Layer_InUse_IsNotRemoved()
    {
        _uses.Add(Snapshot.Scratch.Append(Layer));

        Assert.False(_uses.TryBeginRemoval(Layer));
        _uses.Remove(Snapshot.Scratch.Append(Layer));
        Assert.True(_uses.TryBeginRemoval(Layer));
    }

    [Fact]
    public void Use_ThatComesDuringARemoval_IsTooLate()
    {
        _uses.TryBeginRemoval(Layer);
        _uses.Add(Snapshot.Scratch.Append(Layer));
        Assert.True(_uses.IsBeingRemoved(Snapshot.Scratch.Append(Layer)));

        _uses.EndRemoval(Layer);

        Assert.False(_uses.IsBeingRemoved(Snapshot.Scratch.Append(Layer)));
    }

    [Fact]
    public void UsedLayers_AreToldOnce()
    {
        _uses.Add(Snapshot.Scratch.Append(Layer));

        Assert.Equal([Layer], _uses.TakeUsed());
        Assert.Empty(_uses.TakeUsed());
    }
}
