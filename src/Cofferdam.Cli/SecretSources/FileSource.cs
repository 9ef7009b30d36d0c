using Cofferdam.Model;
using Cofferdam.Secrets;

namespace Cofferdam.Cli.SecretSources;

/// <summary>A file that holds the value.</summary>
/// <param name="path">The file.</param>
/// <param name="name">What users know it by; null is the path.</param>
internal sealed class FileSource(string path, string? name = null) : ISecretSource
{
    private const string PathHint = "check the path; a relative one is taken from the directory the command runs in";

    /// <inheritdoc/>
    public string Name { get; } = name ?? $"file {Quote.Text(path)}";

    /// <summary>The file.</summary>
    public string Path => path;

    /// <inheritdoc/>
    public void Check()
    {
        var file = new FileInfo(path);
        if (Directory.Exists(path))
        {
            throw new SecretSourceException("it is a directory") { Hint = "name a file, or give every file of it with --secret from=dir:" + path };
        }

        if (!file.Exists)
        {
            throw new SecretSourceException(name is null ? "it is not there" : $"{Quote.Text(path)} is not there") { Hint = PathHint, IsAbsent = true };
        }

        if (file.Length > Limits.SecretBytes)
        {
            throw WipedBuffer.TooLarge();
        }
    }

    /// <inheritdoc/>
    public async Task<SecretValue> ReadAsync(CancellationToken cancellationToken)
    {
        Check();
        using var buffer = new WipedBuffer(Limits.SecretBytes);
        try
        {
            await using var stream = new FileStream(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.Asynchronous });
            return await buffer.FillAsync(stream, cancellationToken) ? WipedBuffer.ToValue(buffer.Bytes) : throw WipedBuffer.TooLarge();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SecretSourceException(error is UnauthorizedAccessException ? "it may not be read" : "it can't be read", error) { Hint = "check the file's owner and mode" };
        }
    }
}
