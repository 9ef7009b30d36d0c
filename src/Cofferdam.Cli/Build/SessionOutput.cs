namespace Cofferdam.Cli.Build;

/// <summary>A place on this machine that a result goes to.</summary>
/// <param name="Directory">The directory; null when it is a stream.</param>
/// <param name="OpenStream">Makes the stream when the result comes; null when it is a directory.</param>
/// <param name="IsLayout">Whether the directory is an OCI layout, written through the content service.</param>
internal sealed record SessionOutput(string? Directory, Func<Stream>? OpenStream, bool IsLayout = false);
