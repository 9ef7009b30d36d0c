using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Names of images' layers: equal stacks of layers have equal names, whichever image they came with.</summary>
internal static class LayerNames
{
    private const int HexDigits = 32;

    /// <summary>Whether a layer came with an image.</summary>
    internal static bool IsOfImage(LayerId layer) => layer.Value.Length == HexDigits + 1 && layer.Value[0] == 'i';

    internal static LayerId Of(ChainId chain) => new("i" + chain.Value.Hex[..HexDigits]);
}
