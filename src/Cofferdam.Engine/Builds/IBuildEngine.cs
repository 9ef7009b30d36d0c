namespace Cofferdam.Engine;

/// <summary>Begins builds. Thread-safe.</summary>
public interface IBuildEngine
{
    /// <summary>Begins a build; nothing is solved yet. Exporters and caches of an unknown type are refused here.</summary>
    Task<IBuild> StartAsync(BuildRequest request, CancellationToken cancellationToken);
}
