using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Cofferdam.Protocol.Llb;

/// <summary>Variables in the order they were first set. Immutable.</summary>
public sealed class EnvironmentList
{
    private readonly ImmutableList<string> _names;
    private readonly ImmutableList<string> _lines; // made once, and shared by all steps that come after
    private readonly ImmutableDictionary<string, Entry> _entries;

    private EnvironmentList(ImmutableList<string> names, ImmutableList<string> lines, ImmutableDictionary<string, Entry> entries, long length) =>
        (_names, _lines, _entries, Length) = (names, lines, entries, length);

    /// <summary>No variables.</summary>
    public static EnvironmentList Empty { get; } = new([], [], ImmutableDictionary.Create<string, Entry>(StringComparer.Ordinal), 0);

    /// <summary>The variables' names in order.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>How many characters <see cref="ToLines"/> has.</summary>
    public long Length { get; }

    /// <summary>The value of a variable, if it is set.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out string? value)
    {
        var isSet = _entries.TryGetValue(name, out var entry);
        value = entry.Value;
        return isSet;
    }

    /// <summary><c>NAME=value</c> of a variable; null where it is not set.</summary>
    public string? FindLine(string name) => _entries.TryGetValue(name, out var entry) ? _lines[entry.Place] : null;

    /// <summary>The list with one variable set; one that is there keeps its place.</summary>
    public EnvironmentList Set(string name, string value)
    {
        var line = $"{name}={value}";
        return _entries.TryGetValue(name, out var before)
            ? new(_names, _lines.SetItem(before.Place, line), _entries.SetItem(name, before with { Value = value }), Length + value.Length - before.Value.Length)
            : new(_names.Add(name), _lines.Add(line), _entries.Add(name, new Entry(_lines.Count, value)), Length + line.Length);
    }

    /// <summary>The list without a variable.</summary>
    public EnvironmentList Remove(string name) => _entries.ContainsKey(name)
        ? _names.Where(other => other != name).Aggregate(Empty, (list, other) => list.Set(other, _entries[other].Value))
        : this;

    /// <summary><c>NAME=value</c> of each.</summary>
    public IReadOnlyList<string> ToLines() => _lines;

    private readonly record struct Entry(int Place, string Value);
}
