using System.Text;

namespace Cofferdam.Secrets;

/// <summary>How one secret is searched.</summary>
public sealed record SecretPlan(string Id, IReadOnlyList<PartPlan> Parts)
{
    /// <summary>Whether anything of it is. A secret that is short or guessable as a whole is not, and no claim can be made for it.</summary>
    public bool IsSearched => Parts.Any(part => part.Reason is null);

    /// <summary>One line: what is searched, and what is not and why.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{Id}: ");
        text.Append(IsSearched ? "searched as " : "not searched");
        text.AppendJoin(", ", Parts.Where(part => part.Reason is null).Select(part => part.Form));
        foreach (var group in Parts.Where(part => part.Reason is not null).GroupBy(part => part.Reason))
        {
            text.Append("; ").AppendJoin(", ", group.Select(part => part.Form)).Append(": ").Append(group.Key);
        }

        return text.ToString();
    }
}
