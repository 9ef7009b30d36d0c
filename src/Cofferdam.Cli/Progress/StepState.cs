namespace Cofferdam.Cli.Progress;

/// <summary>A step of a build (a vertex, or several that are shown as one), as far as is known.</summary>
internal sealed class StepState(string key, string name)
{
    private readonly Dictionary<string, (DateTimeOffset? Started, DateTimeOffset? Completed, bool Cached)> _members = [];

    /// <summary>The digest of the vertex, or the name of the group.</summary>
    public string Key { get; } = key;

    /// <summary>What is shown.</summary>
    public string Name { get; set; } = name;

    /// <summary>The number it is shown with; given when it starts.</summary>
    public int Number { get; set; }

    /// <summary>When it began for the last time.</summary>
    public DateTimeOffset? Started { get; private set; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? Completed { get; private set; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; private set; }

    /// <summary>Whether it was stopped because the build was.</summary>
    public bool IsCanceled => Error?.EndsWith("context canceled", StringComparison.Ordinal) == true;

    /// <summary>Whether all of it came from the cache.</summary>
    public bool IsCached => _members.Count > 0 && _members.Values.All(member => member.Cached);

    /// <summary>Whether it is about the build and not part of it.</summary>
    public bool IsInternal => Name.StartsWith("[internal]", StringComparison.Ordinal);

    /// <summary>The output.</summary>
    public StepLog Log { get; } = new();

    /// <summary>The parts, in the order they began.</summary>
    public List<TransferState> Transfers { get; } = [];

    /// <summary>Warnings given by this step.</summary>
    public List<string> Warnings { get; } = [];

    private TimeSpan Before { get; set; }

    /// <summary>How long it ran, earlier runs included.</summary>
    public double Elapsed(DateTimeOffset now) => Started is { } started ? Math.Max(0, (Before + ((Completed ?? now) - started)).TotalSeconds) : 0;

    /// <summary>Takes news of one of its vertices.</summary>
    public void Update(string digest, DateTimeOffset? started, DateTimeOffset? completed, bool cached, string error)
    {
        if (error.Length > 0)
        {
            Error = error;
        }

        _members[digest] = (started, completed, cached);
        if (started is not null && Completed is { } ended && Started is { } began && started > ended)
        {
            // It was looked up before and runs now: both times count.
            Before += ended - began;
            Started = started;
        }
        else if (started is not null && (Started is null || (_members.Count > 1 && started < Started)))
        {
            Started = started;
        }

        var known = _members.Values.Where(member => member.Started is not null).ToList();
        Completed = known.Count > 0 && known.All(member => member.Completed is not null) ? known.Max(member => member.Completed) : null;
    }

    /// <summary>The part of an id, made when it is new.</summary>
    public TransferState Transfer(string id)
    {
        var transfer = Transfers.Find(existing => existing.Id == id);
        if (transfer is null)
        {
            transfer = new TransferState(id);
            Transfers.Add(transfer);
        }

        return transfer;
    }
}
