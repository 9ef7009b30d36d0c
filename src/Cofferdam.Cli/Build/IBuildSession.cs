namespace Cofferdam.Cli.Build;

/// <summary>An open session; it serves the daemon's calls until it is disposed.</summary>
internal interface IBuildSession : IAsyncDisposable
{
    /// <summary>The name the daemon knows it by.</summary>
    string Id { get; }
}
