namespace Cofferdam.Dockerfile;

/// <summary>A pair of ENV or LABEL.</summary>
/// <param name="Key">The name.</param>
/// <param name="Value">The value.</param>
/// <param name="IsLegacy">Whether it is written with a space in place of <c>=</c>.</param>
internal sealed record KeyValue(string Key, string Value, bool IsLegacy)
{
    public override string ToString() => $"{Key}={Value}";
}
