using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Cofferdam.Protocol.Llb;

/// <summary>Variables in the order they were first set. Immutable.</summary>
public sealed class EnvironmentList
{
    private readonly ImmutableList<string> _names;
    private readonly ImmutableDictionary<string, string> _values;

    private EnvironmentList(ImmutableList<string> names, ImmutableDictionary<string, string> values) => (_names, _values) = (names, values);

    /// <summary>No variables.</summary>
    public static EnvironmentList Empty { get; } = new([], ImmutableDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>The variables' names in order.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The value of a variable, if it is set.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out string? value) => _values.TryGetValue(name, out value);

    /// <summary>The list with one variable set; one that is there keeps its place.</summary>
    public EnvironmentList Set(string name, string value) => new(_values.ContainsKey(name) ? _names : _names.Add(name), _values.SetItem(name, value));

    /// <summary>The list without a variable.</summary>
    public EnvironmentList Remove(string name) => new(_names.Remove(name), _values.Remove(name));

    /// <summary><c>NAME=value</c> of each.</summary>
    public IEnumerable<string> ToLines() => _names.Select(name => $"{name}={_values[name]}");
}
