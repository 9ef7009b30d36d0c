using System.Collections.Immutable;
using System.Text;
using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>Makes cache keys. Each is a digest over a text that names its kind, so that keys of different kinds never meet.</summary>
internal static class CacheKeys
{
    /// <summary>The definition key: the operation, and each input by its identity and what is selected of it.</summary>
    public static Digest Definition(Digest operation, ImmutableArray<Digest> inputs, ImmutableArray<InputKey> keys) => Make("definition", operation, inputs, keys, contents: default);

    /// <summary>The content key: the operation, and each input by the content that is read of it, or as in the definition key where it is not read by content.</summary>
    public static Digest Content(Digest operation, ImmutableArray<Digest> inputs, ImmutableArray<InputKey> keys, ImmutableArray<Digest?> contents) => Make("content", operation, inputs, keys, contents);

    /// <summary>The key of one output.</summary>
    public static Digest Output(Digest key, int output) => output == 0 ? key : Digest.Of($"output {key} {output}");

    private static Digest Make(string kind, Digest operation, ImmutableArray<Digest> inputs, ImmutableArray<InputKey> keys, ImmutableArray<Digest?> contents)
    {
        var text = new StringBuilder(kind).Append(' ').Append(operation);
        for (var i = 0; i < inputs.Length; i++)
        {
            var key = keys.IsEmpty ? InputKey.Whole : keys[i];
            if (!contents.IsDefault && contents[i] is { } content)
            {
                // What is selected is part of what was hashed: equal content elsewhere is equal.
                text.Append("\ncontent ").Append(content);
            }
            else
            {
                text.Append("\ninput ").Append(inputs[i]).Append(' ').Append(key.Selector?.ToString() ?? "-");
            }
        }

        return Digest.Of(text.ToString());
    }
}
