using Cofferdam.Protocol.Control;

namespace Cofferdam.Cli.Progress;

/// <summary>Shows nothing.</summary>
internal sealed class QuietRenderer : IProgressRenderer
{
    /// <inheritdoc/>
    public bool NeedsTicks => false;

    /// <inheritdoc/>
    public void Update(ProgressModel model, StatusResponse? message, DateTimeOffset now)
    {
    }

    /// <inheritdoc/>
    public void Finish(ProgressModel model, bool succeeded, DateTimeOffset now)
    {
    }
}
