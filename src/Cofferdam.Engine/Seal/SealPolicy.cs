using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>What a build wants done when a secret would leave it, and the exceptions.</summary>
internal sealed record SealPolicy(SealMode Mode, ImmutableArray<SealAllowance> Allowances)
{
    private static readonly string[] Modes = ["enforce", "warn", "off"];

    /// <summary>Refused without exception.</summary>
    public static SealPolicy Default { get; } = new(SealMode.Enforce, []);

    /// <summary>What sets a step's result apart from one made under the default, null for the default: builds under other policies share neither the step nor its records.</summary>
    public string? Distinction => Mode == SealMode.Enforce && Allowances.IsEmpty
        ? null
        : $"seal {Mode} {string.Join('\n', Allowances.Select(allowance => $"{allowance.Id}\0{allowance.Path}").Order(StringComparer.Ordinal))}";

    /// <summary>Reads the attributes of a solve; throws <see cref="InvalidInputException"/>.</summary>
    /// <param name="attributes">The attributes. A build argument, which any client can give, makes the gate stricter and never weaker.</param>
    /// <param name="unasked">The mode for a client that says nothing of it.</param>
    public static SealPolicy Read(IReadOnlyDictionary<string, string> attributes, SealMode unasked)
    {
        var mode = attributes.GetValueOrDefault(SealAttributes.Mode) switch
        {
            null or "" => attributes.GetValueOrDefault("build-arg:" + SealAttributes.Argument) == "enforce" ? SealMode.Enforce : unasked,
            "enforce" => SealMode.Enforce,
            "warn" => SealMode.Warn,
            "off" => SealMode.Off,
            var other => throw new InvalidInputException($"invalid value {Quote.Text(other)} of attribute {SealAttributes.Mode}")
            {
                Hint = NearMatch.Find(other, Modes) is { } near ? $"did you mean {near}?" : "it is enforce, warn or off",
            },
        };
        var allowances = (attributes.GetValueOrDefault(SealAttributes.Allowances) ?? string.Empty).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new SealPolicy(mode, [.. allowances.Select(SealAllowance.Parse)]);
    }

    /// <summary>Whether a secret may be there; a path of null is no file.</summary>
    public bool Allows(string id, string? path) => Allowances.Any(allowance => allowance.Covers(id, path));
}
