namespace Cofferdam.Testing;

/// <summary>What reading an input came to.</summary>
/// <param name="Kind">The error's message without what it quotes; empty where there was none. Inputs of a new kind are worth keeping.</param>
/// <param name="Time">How long the process worked on it.</param>
/// <param name="Allocated">How many bytes it allocated.</param>
public sealed record FuzzOutcome(string Kind, TimeSpan Time, long Allocated);
