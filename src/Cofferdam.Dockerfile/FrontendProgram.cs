namespace Cofferdam.Dockerfile;

/// <summary>Where a frontend's program is.</summary>
/// <param name="Definition">Its root file system.</param>
/// <param name="Config">Its image's config as JSON; null where it is no image.</param>
/// <param name="Digest">What its image's name led to; null where it has none.</param>
public sealed record FrontendProgram(Definition Definition, ReadOnlyMemory<byte>? Config, Digest? Digest);
