using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Which secrets of a build are part of the keys of the steps that are given them, and by what. No others are.</summary>
/// <param name="Choices">By the secret's id: <c>value</c>, or <c>key:</c> and a text.</param>
internal sealed record SecretCaching(ImmutableSortedDictionary<string, string> Choices)
{
    private const string Value = "value";
    private const string Key = "key:";

    /// <summary>None.</summary>
    public static SecretCaching None { get; } = new(ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal));

    /// <summary>Reads the attributes of a solve; throws <see cref="InvalidInputException"/>.</summary>
    public static SecretCaching Read(IReadOnlyDictionary<string, string> attributes)
    {
        if (attributes.GetValueOrDefault(SecretAttributes.Cache) is not { Length: > 0 } text)
        {
            return None;
        }

        var choices = None.Choices.ToBuilder();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split('=', 2) is not [{ Length: > 0 } id, var choice] || !(choice == Value || (choice.StartsWith(Key, StringComparison.Ordinal) && choice.Length > Key.Length)))
            {
                throw new InvalidInputException($"invalid value {Quote.Text(line)} of attribute {SecretAttributes.Cache}") { Hint = "it is ID=value or ID=key:TEXT" };
            }

            choices[id] = choice;
        }

        return new SecretCaching(choices.ToImmutable());
    }

    /// <summary>Whether a secret's value is part of keys.</summary>
    public bool IsByValue(string id) => Choices.GetValueOrDefault(id) == Value;

    /// <summary>The choices for some secrets, in order of their ids.</summary>
    public IEnumerable<KeyValuePair<string, string>> Of(IEnumerable<string> ids) =>
        Choices.IsEmpty ? [] : ids.Distinct(StringComparer.Ordinal).Where(Choices.ContainsKey).Order(StringComparer.Ordinal).Select(id => KeyValuePair.Create(id, Choices[id]));

    /// <summary>What builds must have in common to share a step that is given these secrets while it runs; null where nothing is chosen for them.</summary>
    /// <param name="ids">The secrets.</param>
    /// <param name="build">The build: values are its own.</param>
    public string? Distinction(IEnumerable<string> ids, string build)
    {
        var chosen = Of(ids).ToList();
        return chosen.Count == 0 ? null : $"secrets {string.Join('\n', chosen.Select(choice => $"{choice.Key}={choice.Value}"))}{(chosen.Exists(choice => choice.Value == Value) ? "\nof " + build : string.Empty)}";
    }
}
