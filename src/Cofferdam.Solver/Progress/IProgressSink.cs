namespace Cofferdam.Solver;

/// <summary>Takes what happens in a build, in order. Implementations are thread-safe, return at once and never throw.</summary>
public interface IProgressSink
{
    /// <summary>Takes one event.</summary>
    void Report(ProgressEvent progressEvent);
}
