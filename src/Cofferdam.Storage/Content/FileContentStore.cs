using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Cofferdam.Model;

namespace Cofferdam.Storage;

/// <summary>Blobs as files, named by their digest. The file system is the only record of what is there.</summary>
public sealed class FileContentStore : IContentStore
{
    private const int ReadBuffer = 64 * 1024;

    // A broken pull is resumed within the hour, if at all.
    private static readonly TimeSpan s_partialLifetime = TimeSpan.FromDays(1);
    private static readonly string[] s_algorithms = ["sha256", "sha384", "sha512"];

    private readonly string _blobs;
    private readonly string _ingest;
    private readonly SyncPoints? _syncPoints;
    private readonly TimeProvider _timeProvider;
    private readonly NamedLocks _writers = new();

    // What was hashed, or written, by this process, and is as it was then.
    private readonly ConcurrentDictionary<Digest, (long Size, DateTimeOffset Written)> _verified = new();

    private FileContentStore(string root, SyncPoints? syncPoints, TimeProvider timeProvider)
    {
        (_blobs, _ingest, _syncPoints, _timeProvider) = (Path.Combine(root, "blobs"), Path.Combine(root, "ingest"), syncPoints, timeProvider);
        Directory.CreateDirectory(Path.Combine(_blobs, "sha256"));
        Directory.CreateDirectory(_ingest);
    }

    /// <summary>Opens the store in <c>blobs/</c> and <c>ingest/</c> under a directory, and drops suspect blobs that are not what their name says.</summary>
    /// <param name="root">The directory.</param>
    /// <param name="syncPoints">Tells which blobs are suspect; null when none may be, as in a directory that lives only as long as the process.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="cancellationToken">Stops the verification; the next opening does it again.</param>
    public static async Task<FileContentStore> OpenAsync(string root, SyncPoints? syncPoints, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var store = new FileContentStore(root, syncPoints, timeProvider);
        store.DropOldPartials();
        if (syncPoints?.SuspectSince is { } since)
        {
            await store.VerifyAsync(since, cancellationToken);
        }

        return store;
    }

    /// <inheritdoc/>
    public async ValueTask<ContentInfo?> FindAsync(Digest digest, CancellationToken cancellationToken) =>
        Find(digest) is { } info && await IsWholeAsync(info, cancellationToken) ? info : null;

    /// <inheritdoc/>
    public async ValueTask<Stream> OpenReadAsync(Digest digest, CancellationToken cancellationToken)
    {
        await FindAsync(digest, cancellationToken);
        try
        {
            return new FileStream(GetPath(digest), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, ReadBuffer);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new NotFoundException($"blob {digest} is not in the content store", exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IContentWriter> OpenWriteAsync(string reference, Digest? expected, CancellationToken cancellationToken)
    {
        var name = Digest.Of(reference).Hex;
        var turn = await _writers.AcquireAsync(name, cancellationToken);
        try
        {
            return await FileContentWriter.OpenAsync(this, Path.Combine(_ingest, name), reference, expected, turn, cancellationToken);
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ContentInfo> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (digest, file) in Files())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Find(digest) is { } info)
            {
                yield return info;
            }
        }

        await ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            File.Delete(GetPath(digest));
        }
        catch (DirectoryNotFoundException)
        {
            // No blob of that algorithm was ever written.
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>The file of a blob, whether it is there or not. It must not be written to.</summary>
    public string GetPath(Digest digest) => Path.Combine(_blobs, digest.Algorithm, digest.Hex);

    internal ContentInfo? Find(Digest digest)
    {
        var file = new FileInfo(GetPath(digest));
        return file.Exists ? new ContentInfo(digest, file.Length, new DateTimeOffset(file.LastWriteTimeUtc)) : null;
    }

    /// <summary>Gives a finished file its name, unless the blob is there already.</summary>
    internal ContentInfo Publish(string path, Digest digest)
    {
        if (Find(digest) is { } existing && _verified.TryGetValue(digest, out var known) && known == (existing.Size, existing.Created))
        {
            File.Delete(path);
            return existing;
        }

        _syncPoints?.Note();
        var target = GetPath(digest);
        if (digest.Algorithm != "sha256")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        }

        // The time of the commit, not of the last write, is what the sync point is compared with.
        File.SetLastWriteTimeUtc(path, _timeProvider.GetUtcNow().UtcDateTime);
        File.Move(path, target, overwrite: true);
        var published = Find(digest) ?? throw new NotFoundException($"blob {digest} was removed while it was committed");
        _verified[digest] = (published.Size, published.Created);
        return published;
    }

    private IEnumerable<(Digest Digest, FileInfo File)> Files() =>
        from algorithm in s_algorithms
        let directory = new DirectoryInfo(Path.Combine(_blobs, algorithm))
        where directory.Exists
        from file in directory.EnumerateFiles()
        select (Digest.TryParse($"{algorithm}:{file.Name}", out var digest) ? digest : default, file) into found
        where !found.Item1.IsEmpty
        select found;

    private void DropOldPartials()
    {
        // After a crash the end of a partial file may be zeros.
        var oldest = _syncPoints?.SuspectSince is null ? _timeProvider.GetUtcNow() - s_partialLifetime : DateTimeOffset.MaxValue;
        foreach (var file in new DirectoryInfo(_ingest).EnumerateFiles().Where(file => file.LastWriteTimeUtc < oldest.UtcDateTime))
        {
            file.Delete();
        }
    }

    private async Task VerifyAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        foreach (var (digest, file) in Files().Where(entry => entry.File.LastWriteTimeUtc > since.UtcDateTime).ToList())
        {
            if (Find(digest) is { } info)
            {
                await IsWholeAsync(info, cancellationToken);
            }
        }
    }

    // What a disk or somebody has changed is dropped: then it is made or fetched again.
    private async ValueTask<bool> IsWholeAsync(ContentInfo info, CancellationToken cancellationToken)
    {
        if (_verified.TryGetValue(info.Digest, out var known) && known == (info.Size, info.Created))
        {
            return true;
        }

        byte[] hash;
        try
        {
            await using var stream = new FileStream(GetPath(info.Digest), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, ReadBuffer);
            hash = await CryptographicOperations.HashDataAsync(HashName(info.Digest), stream, cancellationToken);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }

        if (Convert.ToHexStringLower(hash) != info.Digest.Hex)
        {
            File.Delete(GetPath(info.Digest));
            return false;
        }

        _verified[info.Digest] = (info.Size, info.Created);
        return true;
    }

    internal static HashAlgorithmName HashName(Digest digest) => digest.Algorithm switch
    {
        "sha384" => HashAlgorithmName.SHA384,
        "sha512" => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };
}
