namespace Cofferdam.Engine;

/// <summary>The clients that are connected.</summary>
public interface ISessions
{
    /// <summary>The session of that id, waited for up to five seconds; null when it does not come. Ids of the form <c>prefix:id</c> mean the part behind the colon.</summary>
    ValueTask<IClientSession?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Whether the session of that id is open now.</summary>
    bool IsOpen(string id) => false;
}
