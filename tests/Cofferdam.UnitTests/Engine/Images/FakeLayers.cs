using System.Collections.Concurrent;
using System.Text;
using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.UnitTests.Engine.Images;

/// <summary>Layers that are texts: "unpacks" a blob by taking off its prefix. Keeps in which order and over what.</summary>
internal sealed class FakeLayers : ISnapshotter, ILayerWriter
{
    private const string Prefix = "compressed:";

    internal ConcurrentQueue<(LayerId Layer, Snapshot Parent)> Applied { get; } = new();

    internal ConcurrentDictionary<LayerId, string> Contents { get; } = new();

    /// <summary>Told of each layer before it is read.</summary>
    internal Func<LayerId, Task> BeforeRead { get; set; } = _ => Task.CompletedTask;

    public string Name => "fake";

    internal static byte[] Compress(string layer) => Encoding.UTF8.GetBytes(Prefix + layer);

    public async Task<(LayerId Layer, Digest DiffId)> ApplyAsync(Snapshot parent, Stream blob, Digest? diffId, LayerId? name, CancellationToken cancellationToken)
    {
        Assert(parent.Layers.All(Exists), "parents are unpacked before");
        await BeforeRead(name!.Value).WaitAsync(cancellationToken);
        using var reader = new StreamReader(blob, leaveOpen: true);
        var text = (await reader.ReadToEndAsync(cancellationToken))[Prefix.Length..];
        var actual = Digest.Of(text);
        if (diffId is { } expected && actual != expected)
        {
            throw new DigestMismatchException("layer", expected, actual);
        }

        Assert(Contents.TryAdd(name.Value, text), "a layer is unpacked once");
        Applied.Enqueue((name.Value, parent));
        return (name.Value, actual);
    }

    public bool Exists(LayerId layer) => Contents.ContainsKey(layer);

    public Task<LayerBlob> WriteAsync(LayerId layer, LayerOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IActiveLayer> PrepareAsync(Snapshot parent, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IActiveLayer?> ReopenAsync(LayerId layer, CancellationToken cancellationToken) => ValueTask.FromResult<IActiveLayer?>(null);

    public ValueTask<IMountedSnapshot> MountAsync(Snapshot snapshot, CancellationToken cancellationToken) => throw new NotSupportedException();

    public string GetLayerDirectory(LayerId layer) => throw new NotSupportedException();

    public ValueTask<long> GetSizeAsync(LayerId layer, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IReadOnlyCollection<LayerId> List() => [.. Contents.Keys];

    public ValueTask RemoveAsync(LayerId layer, CancellationToken cancellationToken) => throw new NotSupportedException();

    private static void Assert(bool condition, string rule)
    {
        if (!condition)
        {
            throw new InvalidOperationException(rule);
        }
    }
}
