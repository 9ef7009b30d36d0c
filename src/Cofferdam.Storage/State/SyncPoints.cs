using System.Globalization;
using Cofferdam.Linux;

namespace Cofferdam.Storage;

/// <summary>Knows which files a loss of power may have damaged, so that none needs an fsync of its own.</summary>
/// <remarks>A killed process loses nothing that it wrote; only a machine that stops does, and then the boot id differs. The marker file names the boot
/// and the moment up to which everything is durable; what is younger after another boot is suspect, and its owner verifies or drops it. Thread-safe.</remarks>
public sealed class SyncPoints : IAsyncDisposable
{
    // The kernel itself writes dirty pages back after half a minute; this only moves the moment forward.
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(2);

    // For clocks that are set back, and file systems with coarse times.
    private static readonly TimeSpan s_margin = TimeSpan.FromMinutes(1);

    private readonly string _path;
    private readonly string _boot;
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _timer;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _lock = new(); // guards _durableUntil and _marked
    private DateTimeOffset _durableUntil;
    private bool _marked;
    private bool _suspect;
    private volatile bool _dirty;
    private Task _background = Task.CompletedTask;

    private SyncPoints(string path, string boot, TimeProvider timeProvider)
    {
        (_path, _boot, _timeProvider) = (path, boot, timeProvider);
        _timer = timeProvider.CreateTimer(_ => OnTimer(), null, s_interval, s_interval);
    }

    /// <summary>Files changed after this moment may be damaged and are to be verified before use; null when none may.</summary>
    public DateTimeOffset? SuspectSince { get; private set; }

    /// <summary>Reads the marker file; one that is missing or not understood makes everything suspect.</summary>
    public static SyncPoints Open(string path, TimeProvider timeProvider) =>
        Open(path, File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(), timeProvider);

    internal static SyncPoints Open(string path, string boot, TimeProvider timeProvider)
    {
        var points = new SyncPoints(path, boot, timeProvider);
        points.Load();
        return points;
    }

    /// <summary>Tells that the suspects are dealt with.</summary>
    /// <remarks>Writes nothing: until the next sync point another start would take the same files for suspects, and rightly, as what was dropped may come back.</remarks>
    public void Confirm()
    {
        lock (_lock)
        {
            _dirty |= SuspectSince > DateTimeOffset.UnixEpoch;
            _suspect = false;
            SuspectSince = null;
        }
    }

    /// <summary>Must be called before a file gets its final name. Cheap but for the first time after all was durable.</summary>
    public void Note()
    {
        _dirty = true;
        lock (_lock)
        {
            if (!_marked && !_suspect)
            {
                Write(_boot, _durableUntil);
                _marked = true;
            }
        }
    }

    /// <summary>Makes everything on the file system durable and moves the moment.</summary>
    public async Task SyncAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _dirty = false;
            var now = _timeProvider.GetUtcNow();
            await Task.Run(() => Durability.SyncFileSystem(Path.GetDirectoryName(_path)!), cancellationToken);
            lock (_lock)
            {
                _durableUntil = now;
                Write(_boot, now);
                _marked = true;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Makes the last writes durable and marks the state as whole.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _background;
        if (!_suspect && (_dirty || _marked))
        {
            await SyncAsync(CancellationToken.None);
            Write("clean", _durableUntil);
        }

        _turn.Dispose();
    }

    private void Load()
    {
        _durableUntil = _timeProvider.GetUtcNow();
        var lines = File.Exists(_path) ? File.ReadAllLines(_path) : [];
        var understood = lines is [_, var text, ..] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : (DateTimeOffset?)null;
        if (understood is null)
        {
            (_suspect, SuspectSince, _durableUntil) = (true, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
        }
        else if (lines[0] == _boot)
        {
            (_durableUntil, _marked, _dirty) = (understood.Value, true, true);
        }
        else if (lines[0] != "clean")
        {
            (_suspect, SuspectSince, _durableUntil) = (true, understood.Value - s_margin, understood.Value);
        }
    }

    private void OnTimer()
    {
        if (_dirty && !_suspect && _background.IsCompleted)
        {
            _background = SyncInBackgroundAsync();
        }
    }

    private async Task SyncInBackgroundAsync()
    {
        try
        {
            await SyncAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is LinuxException or IOException)
        {
            // The moment stays where it was, so more is suspect after a crash; the next turn tries again.
            _dirty = true;
        }
    }

    private void Write(string state, DateTimeOffset durableUntil)
    {
        var temporary = _path + ".new";
        File.WriteAllText(temporary, string.Create(CultureInfo.InvariantCulture, $"{state}\n{durableUntil.ToUnixTimeMilliseconds()}\n"));
        Durability.Sync(temporary);
        File.Move(temporary, _path, overwrite: true);
        Durability.Sync(Path.GetDirectoryName(_path)!);
    }
}
