using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Cofferdam.Protocol.Llb;

/// <summary>Variables in the order they were first set. Immutable.</summary>
public sealed class EnvironmentList
{
    private readonly ImmutableList<string> _names;
    private readonly ImmutableDictionary<string, string> _values;

    private EnvironmentList(ImmutableList<string> names, ImmutableDictionary<string, string> values, long length) => (_names, _values, Length) = (names, values, length);

    /// <summary>No variables.</summary>
    public static EnvironmentList Empty { get; } = new([], ImmutableDictionary.Create<string, string>(StringComparer.Ordinal), 0);

    /// <summary>The variables' names in order.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>How many characters <see cref="ToLines"/> has.</summary>
    public long Length { get; }

    /// <summary>The value of a variable, if it is set.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out string? value) => _values.TryGetValue(name, out value);

    /// <summary>The list with one variable set; one that is there keeps its place.</summary>
    public EnvironmentList Set(string name, string value) => _values.TryGetValue(name, out var before)
        ? new(_names, _values.SetItem(name, value), Length + value.Length - before.Length)
        : new(_names.Add(name), _values.Add(name, value), Length + name.Length + 1 + value.Length);

    /// <summary>The list without a variable.</summary>
    public EnvironmentList Remove(string name) => _values.TryGetValue(name, out var before)
        ? new(_names.Remove(name), _values.Remove(name), Length - name.Length - 1 - before.Length)
        : this;

    /// <summary><c>NAME=value</c> of each.</summary>
    public IEnumerable<string> ToLines() => _names.Select(name => $"{name}={_values[name]}");
}
