namespace Cofferdam.Secrets.Memory;

/// <summary>Where a piece lies in a <see cref="SecretArena"/>.</summary>
internal readonly record struct ArenaSlice(int Chunk, int Start, int Length);
