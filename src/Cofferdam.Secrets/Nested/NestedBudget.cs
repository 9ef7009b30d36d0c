namespace Cofferdam.Secrets.Nested;

/// <summary>What decoders may still give. Once it is used up their streams end.</summary>
internal sealed class NestedBudget(NestedLimits limits)
{
    /// <summary>Bytes given so far.</summary>
    internal long Inflated { get; private set; }

    /// <summary>Entries met so far.</summary>
    internal int Entries { get; private set; }

    internal bool IsUsedUp => Inflated >= limits.InflatedBytes || Entries > limits.Entries;

    internal void TakeEntry() => Entries++;

    internal void Take(int count) => Inflated += count;

    internal int Allow(int wanted) => IsUsedUp ? 0 : (int)Math.Min(wanted, limits.InflatedBytes - Inflated);
}
