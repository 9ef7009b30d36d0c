using System.Collections.Concurrent;
using System.Threading.Channels;
using Cofferdam.Model;
using Microsoft.Data.Sqlite;

namespace Cofferdam.Storage;

/// <summary>The records of a state directory in SQLite: one writer that joins what waits into one transaction, readers beside it. Thread-safe.</summary>
/// <remarks>
/// A write that was awaited survives the process; a loss of power may take the last ones. A damaged file is moved aside, also while it is in use, and an empty one takes its place:
/// everything in it can be had again.
/// </remarks>
public sealed class MetadataDatabase : IAsyncDisposable
{
    private const int MaxBatch = 256;
    private const int MaxIdleReaders = 4;

    private readonly string _path;
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private readonly Channel<IDatabaseWrite> _writes = Channel.CreateUnbounded<IDatabaseWrite>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ReaderWriterLockSlim _replacing = new(); // held for reading by who uses the file, for writing by who replaces it
    private readonly Task _worker;
    private SqliteSession _writer; // used by the worker alone
    private volatile bool _damaged;

    private MetadataDatabase(string path, SqliteSession writer, TimeProvider timeProvider)
    {
        (_path, _writer) = (path, writer);
        (Layers, LayerBlobs, Cache) = (new LayerTable(this, timeProvider), new LayerBlobTable(this), new CacheTable(this));
        (Images, CacheMounts, Values) = (new ImageTable(this, timeProvider), new CacheMountTable(this, timeProvider), new KeyValueTable(this));
        _worker = Task.Run(WorkAsync);
    }

    /// <summary>Told of the path that a damaged file was moved to while it was in use.</summary>
    public event Action<string>? Replaced;

    /// <summary>What is known of each layer.</summary>
    public LayerTable Layers { get; }

    /// <summary>Layers as blobs, here and in registries.</summary>
    public LayerBlobTable LayerBlobs { get; }

    /// <summary>The build cache.</summary>
    public CacheTable Cache { get; }

    /// <summary>Names of images.</summary>
    public ImageTable Images { get; }

    /// <summary>Cache mounts.</summary>
    public CacheMountTable CacheMounts { get; }

    /// <summary>Small values of all kinds.</summary>
    public KeyValueTable Values { get; }

    /// <summary>Opens the database, making it where it is missing. A damaged one is moved to the same name with <c>.damaged</c>.</summary>
    /// <remarks>Throws a <see cref="CofferdamException"/> with <see cref="ErrorCode.StateIncompatible"/> when a newer version wrote it.</remarks>
    public static MetadataDatabase Open(string path, TimeProvider timeProvider)
    {
        if (File.Exists(DamageMark(path)))
        {
            MoveAside(path);
        }

        try
        {
            return new MetadataDatabase(path, OpenWriter(path), timeProvider);
        }
        catch (SqliteException exception) when (IsDamage(exception))
        {
            MoveAside(path);
            return new MetadataDatabase(path, OpenWriter(path), timeProvider);
        }
        catch (SqliteException exception)
        {
            throw Failed(path, "open", exception);
        }
    }

    /// <summary>Lets all writes end and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _writes.Writer.TryComplete();
        await _worker;
        while (_readers.TryTake(out var reader))
        {
            reader.Dispose();
        }

        _writer.Dispose();
        _replacing.Dispose();
    }

    /// <summary>Reads; a damaged file reads as if nothing were there.</summary>
    internal T Read<T>(Func<SqliteSession, T> read, T missing)
    {
        _replacing.EnterReadLock();
        try
        {
            return _damaged ? missing : ReadFile(read, missing);
        }
        finally
        {
            _replacing.ExitReadLock();
        }
    }

    private T ReadFile<T>(Func<SqliteSession, T> read, T missing)
    {
        if (!_readers.TryTake(out var session))
        {
            session = SqliteSession.Open(_path, readOnly: true);
        }

        try
        {
            var result = read(session);
            if (_readers.Count < MaxIdleReaders)
            {
                _readers.Add(session);
            }
            else
            {
                session.Dispose();
            }

            return result;
        }
        catch (SqliteException exception)
        {
            session.Dispose();
            if (!IsDamage(exception))
            {
                throw Failed(_path, "read", exception);
            }

            MarkDamaged();
            return missing;
        }
    }

    /// <summary>Writes and returns when it is in the log. Cancelling stops the wait, not the write.</summary>
    internal async ValueTask<T> WriteAsync<T>(Func<SqliteSession, T> write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var request = new DatabaseWrite<T>(write);
        ObjectDisposedException.ThrowIf(!_writes.Writer.TryWrite(request), this);
        return await request.Completion.WaitAsync(cancellationToken);
    }

    private static SqliteSession OpenWriter(string path)
    {
        var session = SqliteSession.Open(path, readOnly: false);
        try
        {
            DatabaseSchema.Migrate(session, path);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private async Task WorkAsync()
    {
        var batch = new List<IDatabaseWrite>();
        while (await _writes.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < MaxBatch && _writes.Reader.TryRead(out var write))
            {
                batch.Add(write);
            }

            RunAll(batch);
            batch.Clear();
        }
    }

    private void RunAll(List<IDatabaseWrite> batch)
    {
        if (_damaged)
        {
            TryReplace();
        }

        if (TryRun(batch) is null || (_damaged && TryReplace() && TryRun(batch) is null))
        {
            return;
        }

        // One of them is bad: each for itself.
        foreach (var write in batch)
        {
            if (TryRun([write]) is { } error)
            {
                write.Fail(error is SqliteException failure ? Failed(_path, "write", failure) : error);
            }
        }
    }

    // Returns why it could not be done, or null.
    private Exception? TryRun(List<IDatabaseWrite> batch)
    {
        try
        {
            _writer.Execute("BEGIN IMMEDIATE");
            batch.ForEach(write => write.Run(_writer));
            _writer.Execute("COMMIT");
        }
#pragma warning disable CA1031 // The error belongs to whoever asked for the write.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _writer.RollBack();
            if (exception is SqliteException { } sqlite && IsDamage(sqlite))
            {
                MarkDamaged();
            }

            return exception;
        }

        batch.ForEach(write => write.Complete());
        return null;
    }

    // All connections are closed first: closing an old one later would remove the new file's log.
    private bool TryReplace()
    {
        _replacing.EnterWriteLock();
        try
        {
            while (_readers.TryTake(out var reader))
            {
                reader.Dispose();
            }

            _writer.Dispose();
            MoveAside(_path);
            _writer = OpenWriter(_path);
            _damaged = false;
        }
        catch (Exception error) when (error is SqliteException or IOException)
        {
            return false; // the mark stays: the next start tries again
        }
        finally
        {
            _replacing.ExitWriteLock();
        }

        Replaced?.Invoke(_path + ".damaged");
        return true;
    }

    private static CofferdamException Failed(string path, string verb, SqliteException exception) => exception.SqliteErrorCode switch
    {
        13 => new CofferdamException(ErrorCode.DiskFull, $"cannot {verb} database {Quote.Text(path)}: the disk is full", exception) { Hint = "free disk space, for example with coffer prune" },
        _ when IsDamage(exception) => new CofferdamException(ErrorCode.StateIncompatible, $"cannot {verb} database {Quote.Text(path)}: it is damaged", exception)
        {
            Hint = "restart the daemon: it moves the file aside and begins a new one",
        },
        _ => new CofferdamException(ErrorCode.System, $"cannot {verb} database {Quote.Text(path)}: {exception.Message}", exception),
    };

    // SQLITE_CORRUPT and SQLITE_NOTADB.
    private static bool IsDamage(SqliteException exception) => exception.SqliteErrorCode is 11 or 26;

    private static string DamageMark(string path) => path + ".damage-seen";

    // For the next start, should this one end before it can replace the file.
    private void MarkDamaged()
    {
        if (!_damaged)
        {
            _damaged = true;
            File.WriteAllBytes(DamageMark(_path), []);
        }
    }

    private static void MoveAside(string path)
    {
        if (File.Exists(path))
        {
            File.Move(path, path + ".damaged", overwrite: true);
        }

        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
        File.Delete(DamageMark(path));
    }
}
