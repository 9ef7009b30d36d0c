namespace Cofferdam.Cli.Progress;

/// <summary>How progress is shown.</summary>
internal enum ProgressMode
{
    /// <summary>On a terminal as <see cref="Tty"/>, otherwise as <see cref="Plain"/>.</summary>
    Auto,

    /// <summary>Lines that are drawn over.</summary>
    Tty,

    /// <summary>Lines that stay.</summary>
    Plain,

    /// <summary>The daemon's messages as JSON, one a line.</summary>
    RawJson,

    /// <summary>Not at all.</summary>
    Quiet,
}
