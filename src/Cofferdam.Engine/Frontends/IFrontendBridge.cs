namespace Cofferdam.Engine;

/// <summary>Answers the calls of a frontend that runs in a container. Disposing it releases what the frontend made and left.</summary>
public interface IFrontendBridge : IAsyncDisposable
{
    /// <summary>Serves a connection until it ends or the token is cancelled. Owns the transport; never fails.</summary>
    Task ServeAsync(Stream transport, CancellationToken cancellationToken);
}
