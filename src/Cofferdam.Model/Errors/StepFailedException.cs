namespace Cofferdam.Model;

/// <summary>A step of a build failed; the cause is the inner exception, whose message and hint it has.</summary>
public sealed class StepFailedException : CofferdamException
{
    /// <summary>Makes an error.</summary>
    /// <param name="cause">Why the step failed.</param>
    /// <param name="step">The digest of the step's vertex.</param>
    /// <param name="location">The lines that the step comes from, when its definition tells.</param>
    public StepFailedException(CofferdamException cause, Digest step, SourceLocation? location)
        : base(cause.Code, cause.Message, cause)
    {
        Step = step;
        Hint = cause.Hint;
        Location = cause.Location ?? location;
    }

    /// <summary>The digest of the step's vertex.</summary>
    public Digest Step { get; }
}
