namespace Cofferdam.Cli.Progress;

/// <summary>A part of a step that moves bytes or takes time of its own.</summary>
internal sealed class TransferState(string id)
{
    /// <summary>What it is.</summary>
    public string Id { get; } = id;

    /// <summary>What is being done.</summary>
    public string Action { get; set; } = string.Empty;

    /// <summary>Bytes so far.</summary>
    public long Current { get; set; }

    /// <summary>Bytes in all; zero is unknown.</summary>
    public long Total { get; set; }

    /// <summary>When this was last heard of.</summary>
    public DateTimeOffset? Updated { get; set; }

    /// <summary>When it began.</summary>
    public DateTimeOffset? Started { get; set; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Completed { get; set; }

    /// <summary>Whether something has changed since the plain renderer showed it.</summary>
    public bool Changed { get; set; }

    /// <summary>How it is shown: what, how much, how long.</summary>
    public string Describe() => Id + Sizes() + Time() + (Completed is null ? string.Empty : " done");

    private string Sizes() => (Total, Current) switch
    {
        ( > 0, _) => $" {ProgressText.Bytes(Current)} / {ProgressText.Bytes(Total)}",
        (_, > 0) => $" {ProgressText.Bytes(Current)}",
        _ => string.Empty,
    };

    private string Time()
    {
        var seconds = Started is { } started && (Completed ?? Updated) is { } end ? (end - started).TotalSeconds : 0;
        return seconds > 0.01 ? " " + ProgressText.Seconds(seconds) : string.Empty;
    }
}
