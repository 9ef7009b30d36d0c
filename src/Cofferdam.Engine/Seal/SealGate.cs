namespace Cofferdam.Engine;

/// <summary>What searches of all builds have in common.</summary>
internal sealed record SealGate(TimeProvider Clock)
{
    /// <summary>What was searched.</summary>
    public SearchedLayers Searched { get; } = new();
}
