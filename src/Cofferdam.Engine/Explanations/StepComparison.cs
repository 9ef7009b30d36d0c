using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Tells how a step differs from the nearest one of the build before.</summary>
/// <param name="before">The steps of the build before.</param>
/// <param name="ran">The names of the steps that ran in this one.</param>
/// <param name="changes">What differed in the client's directories, by the names of the steps that received them.</param>
internal sealed class StepComparison(ImmutableArray<StepMemory> before, IReadOnlySet<string> ran, IReadOnlyDictionary<string, ChangedFiles> changes)
{
    private const int MaxReasons = 6;

    /// <summary>Why there was no record of a step.</summary>
    public ImmutableArray<string> Explain(StepMemory step)
    {
        if (before.IsEmpty)
        {
            return ["no earlier build of this is known"];
        }

        if (FindNearest(step) is not { } earlier)
        {
            return ["the step is new"];
        }

        var reasons = Differences(earlier, step).Take(MaxReasons).ToImmutableArray();
        return reasons.IsEmpty ? ["its record is gone: it was removed, or the cache is another one"] : reasons;
    }

    // The same instruction in the same stage, also where others were put before it; else the one at its place.
    private StepMemory? FindNearest(StepMemory step) =>
        before.Where(other => other.Stage == step.Stage && other.Text == step.Text).MinBy(other => Math.Abs(other.Number - step.Number))
        ?? (step.Number == 0 ? null : before.FirstOrDefault(other => other.Stage == step.Stage && other.Number == step.Number));

    private IEnumerable<string> Differences(StepMemory earlier, StepMemory step)
    {
        var isOther = earlier.Text != step.Text;
        if (isOther)
        {
            yield return $"the instruction changed, it was {Quote.Text(earlier.Text)}";
        }

        if (earlier.Operation != step.Operation)
        {
            var parts = step.Parts.Keys.Union(earlier.Parts.Keys).Where(name => !(isOther && name == "command")).Select(name => DescribePart(name, earlier, step)).OfType<string>().ToList();
            foreach (var part in parts)
            {
                yield return part;
            }

            if (parts.Count == 0 && !isOther)
            {
                yield return "its options changed";
            }
        }

        for (var i = 0; i < step.Inputs.Length; i++)
        {
            if (i >= earlier.Inputs.Length)
            {
                yield return $"it now reads {Quote.Text(step.Inputs[i].Name)}, too";
            }
            else if (DescribeInput(earlier.Inputs[i], step.Inputs[i]) is { } difference)
            {
                yield return difference;
            }
        }
    }

    private static string? DescribePart(string name, StepMemory earlier, StepMemory step) => (earlier.Parts.GetValueOrDefault(name), step.Parts.GetValueOrDefault(name)) switch
    {
        (null, not null) => $"{name} is new",
        (not null, null) => $"{name} is gone",
        var (old, current) when old != current => $"{name} changed",
        _ => null,
    };

    private string? DescribeInput(StepInput earlier, StepInput input)
    {
        // What is read by content is as it was where the content is, whatever made it.
        if (earlier.Content is not null && input.Content is not null)
        {
            return earlier.Content == input.Content ? null
                : changes.TryGetValue(input.Name, out var files) ? $"files changed: {files}"
                : $"files of {Quote.Text(input.Name)} changed";
        }

        return earlier.Identity == input.Identity || changes.ContainsKey(input.Name) ? null
            : ran.Contains(input.Name) ? $"it reads {Quote.Text(input.Name)}, which ran"
            : earlier.Name != input.Name ? $"it reads {Quote.Text(input.Name)}, before it was {Quote.Text(earlier.Name)}"
            : $"{Quote.Text(input.Name)} is another than before";
    }
}
