namespace Cofferdam.Dockerfile;

/// <summary>Makes LLB of some language. Pure but for what it asks of its host.</summary>
public interface IFrontend
{
    /// <summary>Makes the graph. Errors in the text are <see cref="Model.CofferdamException"/> with a location.</summary>
    Task<FrontendResult> SolveAsync(FrontendRequest request, IFrontendHost host, CancellationToken cancellationToken);
}
