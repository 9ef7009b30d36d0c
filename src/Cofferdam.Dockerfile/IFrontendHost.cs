namespace Cofferdam.Dockerfile;

/// <summary>All that the frontend asks of the world.</summary>
public interface IFrontendHost
{
    /// <summary>The config of an image for a platform, and the digest it was found under; throws <see cref="NotFoundException"/>.</summary>
    /// <param name="reference">The image.</param>
    /// <param name="platform">The platform.</param>
    /// <param name="resolveMode"><c>default</c>, <c>pull</c> or <c>local</c>.</param>
    /// <param name="logName">What users see while it is looked up, for example <c>[internal] load metadata for …</c>.</param>
    /// <param name="ociLayout">Session id and store id where the image is in a client's OCI layout; null for a registry.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<ResolvedImage> ResolveImageAsync(ImageReference reference, Platform platform, string resolveMode, string logName, OciLayoutStore? ociLayout, CancellationToken cancellationToken);

    /// <summary>A file of the result of a definition, for example the Dockerfile of a client's directory; null when it is not there. Symbolic links stay inside.</summary>
    Task<byte[]?> ReadFileAsync(Definition definition, string path, CancellationToken cancellationToken);

    /// <summary>All regular files of the result of a definition, with what is in them; meant for definitions that take few files.</summary>
    /// <param name="definition">What to look at.</param>
    /// <param name="maximumBytes">Files that are larger come without their content.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<IReadOnlyList<ContextFile>> ReadFilesAsync(Definition definition, int maximumBytes, CancellationToken cancellationToken);

    /// <summary>When the content of a git or http source was made: its commit's time, or what the server says; null where that is not known.</summary>
    /// <param name="source">The source.</param>
    /// <param name="logName">What users see while it is looked up.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<DateTimeOffset?> FindTimeAsync(SourceOp source, string logName, CancellationToken cancellationToken);

    /// <summary>The line of ssh's known_hosts for the key that a host shows now; null where it cannot be asked. Never throws but for cancellation.</summary>
    /// <param name="host">The host, with its port where that is not 22.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<string?> FindHostKeyAsync(string host, CancellationToken cancellationToken);

    /// <summary>Tells the user something about a line; shown once the build is done.</summary>
    void Warn(FrontendWarning warning);
}
