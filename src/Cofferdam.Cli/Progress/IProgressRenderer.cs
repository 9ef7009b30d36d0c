using Cofferdam.Protocol.Control;

namespace Cofferdam.Cli.Progress;

/// <summary>Shows a build while it runs.</summary>
internal interface IProgressRenderer
{
    /// <summary>Whether it wants to be called as time goes by, too.</summary>
    bool NeedsTicks { get; }

    /// <summary>Shows what is new.</summary>
    /// <param name="model">All that is known.</param>
    /// <param name="message">The message just applied to the model; null when only time went by.</param>
    /// <param name="now">The time.</param>
    void Update(ProgressModel model, StatusResponse? message, DateTimeOffset now);

    /// <summary>Shows the end and leaves the terminal as it was.</summary>
    /// <param name="model">All that is known.</param>
    /// <param name="succeeded">Whether the build did.</param>
    /// <param name="now">The time.</param>
    void Finish(ProgressModel model, bool succeeded, DateTimeOffset now);
}
