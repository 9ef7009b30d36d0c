namespace Cofferdam.Model;

/// <summary>A step of a build failed: its cause's message, code and hint, with which step it was and the lines that it comes from.</summary>
/// <param name="vertex">The digest that clients know the step by.</param>
/// <param name="cause">What went wrong.</param>
public sealed class StepFailedException(Digest vertex, CofferdamException cause)
    : CofferdamException(cause.Code, cause.Message, cause)
{
    /// <summary>The digest that clients know the step by.</summary>
    public Digest Vertex { get; } = vertex;

    /// <summary>What went wrong.</summary>
    public CofferdamException Cause { get; } = cause;
}
