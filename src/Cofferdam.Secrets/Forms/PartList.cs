using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Forms;

/// <summary>The parts found in one secret, each value once.</summary>
internal sealed class PartList : IDisposable
{
    /// <summary>More parts of one secret than this are not searched one by one; the plan says so.</summary>
    internal const int MostParts = 256;

    private readonly SecretArena _arena = new();
    private readonly List<SecretPart> _parts = [];
    private readonly Dictionary<string, int> _names = [];

    internal IReadOnlyList<SecretPart> Parts => _parts;

    /// <summary>Whether a reader knew the format: then lines are not parts, for some of them are in every such file.</summary>
    internal bool IsStructured { get; set; }

    /// <summary>Whether there were more than <see cref="MostParts"/>.</summary>
    internal bool IsCut { get; private set; }

    internal ReadOnlySpan<byte> this[SecretPart part] => _arena[part.Bytes];

    internal void Add(string form, PartRole role, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return;
        }

        for (var i = 0; i < _parts.Count; i++)
        {
            if (_arena[_parts[i].Bytes].SequenceEqual(value))
            {
                // The whole that is a credential stays the whole; a mere candidate that a key calls a credential becomes one.
                if (role < _parts[i].Role && _parts[i].Role is PartRole.Candidate or PartRole.Line)
                {
                    _parts[i] = _parts[i] with { Role = role, Form = Number(form) };
                }

                return;
            }
        }

        if (_parts.Count == MostParts)
        {
            IsCut = true;
            return;
        }

        _parts.Add(new SecretPart(Number(form), role, _arena.Add(value)));
    }

    public void Dispose() => _arena.Dispose();

    private string Number(string form)
    {
        _names.TryGetValue(form, out var count);
        _names[form] = ++count;
        return count == 1 ? form : $"{form} {count}";
    }
}
