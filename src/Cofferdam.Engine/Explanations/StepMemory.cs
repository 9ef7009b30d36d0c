using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Cofferdam.Engine;

/// <summary>What is remembered of a step, to compare a later one with.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Operation">The digest of its operation.</param>
/// <param name="Parts">What the operation consists of, values as keyed hashes.</param>
/// <param name="Inputs">What it read.</param>
internal sealed partial record StepMemory(string Name, string Operation, ImmutableSortedDictionary<string, string> Parts, ImmutableArray<StepInput> Inputs)
{
    /// <summary>The stage that the name tells; empty where it tells none.</summary>
    public string Stage => Prefix().Match(Name) is { Success: true } match ? match.Groups["stage"].Value : string.Empty;

    /// <summary>The step's number in its stage; 0 where the name tells none.</summary>
    public int Number => Prefix().Match(Name) is { Success: true } match ? int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) : 0;

    /// <summary>The name without stage and numbers: the instruction.</summary>
    public string Text => Prefix().Replace(Name, string.Empty);

    /// <summary>With the digests of content that an earlier step of it read, where this one did not have to look at what is the same.</summary>
    public StepMemory WithContentsOf(StepMemory? earlier) => earlier is null || earlier.Inputs.Length != Inputs.Length ? this
        : this with { Inputs = [.. Inputs.Zip(earlier.Inputs, (input, other) => input.Content is null && input.Identity == other.Identity ? input with { Content = other.Content } : input)] };

    [GeneratedRegex(@"^\[(?:(?<stage>[^\]]*?) +)?(?<number>\d{1,6})/\d{1,6}\] ")]
    private static partial Regex Prefix();
}
