namespace Cofferdam.Dockerfile;

/// <summary>A named context that was found.</summary>
/// <param name="State">Its files.</param>
/// <param name="Config">Its config as JSON, where it is an image.</param>
internal sealed record LoadedContext(LlbState State, ReadOnlyMemory<byte>? Config);
