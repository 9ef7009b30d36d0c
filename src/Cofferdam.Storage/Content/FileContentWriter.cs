using System.Buffers;
using System.Security.Cryptography;
using Cofferdam.Linux;
using Cofferdam.Model;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Storage;

/// <summary>Appends to a file in <c>ingest/</c> and hashes as it goes. Small writes are gathered.</summary>
internal sealed class FileContentWriter : IContentWriter
{
    private const int BufferSize = 256 * 1024;

    private readonly FileContentStore _store;
    private readonly string _path;
    private readonly string _reference;
    private readonly Digest? _expected;
    private readonly IDisposable _turn;
    private readonly SafeFileHandle _file;
    private readonly IncrementalHash _hash;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _buffered;
    private long _written;
    private bool _broken;
    private bool _committed;
    private bool _disposed;

    private FileContentWriter(FileContentStore store, string path, string reference, Digest? expected, IDisposable turn)
    {
        (_store, _path, _reference, _expected, _turn) = (store, path, reference, expected, turn);
        _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _hash = IncrementalHash.CreateHash(expected is { } digest ? FileContentStore.HashName(digest) : HashAlgorithmName.SHA256);
    }

    /// <inheritdoc/>
    public long Offset => _written + _buffered;

    public static async ValueTask<FileContentWriter> OpenAsync(
        FileContentStore store, string path, string reference, Digest? expected, IDisposable turn, CancellationToken cancellationToken)
    {
        var writer = new FileContentWriter(store, path, reference, expected, turn);
        try
        {
            await writer.ResumeAsync(cancellationToken);
            return writer;
        }
        catch
        {
            writer.Release();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        ThrowUnlessUsable();
        _hash.AppendData(data.Span);
        if (data.Length <= _buffer.Length - _buffered)
        {
            data.CopyTo(_buffer.AsMemory(_buffered));
            _buffered += data.Length;
            return;
        }

        await FlushAsync(cancellationToken);
        if (data.Length < _buffer.Length / 2)
        {
            data.CopyTo(_buffer);
            _buffered = data.Length;
            return;
        }

        await AppendAsync(data, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask ResetAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed || _committed, this);
        RandomAccess.SetLength(_file, 0);
        _hash.TryGetHashAndReset(stackalloc byte[SHA512.HashSizeInBytes], out _);
        (_written, _buffered, _broken) = (0, 0, false);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<ContentInfo> CommitAsync(CancellationToken cancellationToken)
    {
        ThrowUnlessUsable();
        await FlushAsync(cancellationToken);
        var actual = Digest.Parse($"{_expected?.Algorithm ?? "sha256"}:{Convert.ToHexStringLower(_hash.GetCurrentHash())}");
        if (_expected is { } expected && expected != actual)
        {
            await ResetAsync(cancellationToken);
            throw new DigestMismatchException($"blob {Quote.Text(_reference)}", expected, actual);
        }

        cancellationToken.ThrowIfCancellationRequested();
        _committed = true;
        return _store.Publish(_path, actual);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        try
        {
            if (!_committed && !_broken)
            {
                await FlushAsync(CancellationToken.None);
                if (_written == 0)
                {
                    File.Delete(_path);
                }
            }
        }
        catch (IOException)
        {
            // What could not be written is written again by whoever resumes.
        }
        finally
        {
            Release();
        }
    }

    private async ValueTask ResumeAsync(CancellationToken cancellationToken)
    {
        int read;
        while ((read = await RandomAccess.ReadAsync(_file, _buffer, _written, cancellationToken)) > 0)
        {
            _hash.AppendData(_buffer.AsSpan(0, read));
            _written += read;
        }
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_buffered > 0)
        {
            await AppendAsync(_buffer.AsMemory(0, _buffered), cancellationToken);
            _buffered = 0;
        }
    }

    private async ValueTask AppendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        // The hash is ahead of the file now: a writer that fails here can only be resumed by another.
        _broken = true;
        try
        {
            await RandomAccess.WriteAsync(_file, data, _written, cancellationToken);
        }
        catch (IOException exception) when (exception.HResult is Errno.ENOSPC or Errno.EDQUOT)
        {
            throw new LinuxException(exception.HResult, "write", _path) { Hint = "free disk space, for example with coffer prune" };
        }

        _written += data.Length;
        _broken = false;
    }

    private void ThrowUnlessUsable()
    {
        ObjectDisposedException.ThrowIf(_disposed || _committed, this);
        if (_broken)
        {
            throw new InvalidOperationException("a writer is of no use after a write that failed");
        }
    }

    private void Release()
    {
        _disposed = true;
        _file.Dispose();
        _hash.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _turn.Dispose();
    }
}
