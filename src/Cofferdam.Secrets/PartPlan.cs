namespace Cofferdam.Secrets;

/// <summary>One form of a secret, and why it is not searched; null when it is.</summary>
public sealed record PartPlan(string Form, string? Reason);
