namespace Cofferdam.Dockerfile;

/// <summary>One platform's image.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Definition">The graph; empty for an image without layers.</param>
/// <param name="Config">The config; history without times, no diff IDs beyond the base's.</param>
/// <param name="BaseConfig">The config of the base image of the last stage, as JSON; null for <c>scratch</c>.</param>
public sealed record FrontendImage(Platform Platform, Definition Definition, ImageConfig Config, ReadOnlyMemory<byte>? BaseConfig);
