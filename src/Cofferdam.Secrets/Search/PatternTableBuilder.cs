using Cofferdam.Secrets.Encodings;
using Cofferdam.Secrets.Memory;
using Cofferdam.Secrets.Policy;

namespace Cofferdam.Secrets.Search;

/// <summary>Collects patterns, each string of bytes once for a secret.</summary>
internal sealed class PatternTableBuilder : IDisposable
{
    private readonly SecretWriter _bytes = new();
    private readonly List<SearchPattern> _patterns = [];
    private readonly Dictionary<int, List<int>> _ofLength = [];
    private string _secretId = "";
    private string _form = "";
    private string _encoding = "";

    internal int Count => _patterns.Count;

    /// <summary>Says what the patterns that follow are.</summary>
    internal void Begin(string secretId, string form, string encoding)
    {
        if (_secretId != secretId)
        {
            _ofLength.Clear();
        }

        (_secretId, _form, _encoding) = (secretId, form, encoding);
    }

    internal void Add(ReadOnlySpan<byte> bytes, LineBreaks breaks)
    {
        if (bytes.Length < SearchPolicy.LeastBytes)
        {
            return;
        }

        if (!_ofLength.TryGetValue(bytes.Length, out var others))
        {
            _ofLength[bytes.Length] = others = [];
        }

        var isOnlyBroken = false;
        foreach (var index in others)
        {
            var other = _patterns[index];
            if (!_bytes.Written.Slice(other.Start, other.Length).SequenceEqual(bytes))
            {
                continue;
            }

            if (breaks == LineBreaks.None || breaks == other.Breaks)
            {
                return;
            }

            isOnlyBroken = true;
        }

        others.Add(_patterns.Count);
        _patterns.Add(new SearchPattern(_bytes.Length, bytes.Length, breaks, isOnlyBroken, _secretId, _form, _encoding));
        _bytes.Add(bytes);
    }

    internal PatternTable Build() => new([.. _patterns], _bytes.Written);

    public void Dispose() => _bytes.Dispose();
}
