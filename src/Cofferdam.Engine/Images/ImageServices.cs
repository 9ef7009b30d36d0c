using Cofferdam.Model;
using Cofferdam.Registry;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>What images are found with: one of each for the whole daemon.</summary>
internal sealed record ImageServices(ImageResolver Resolver, IRegistry Registry, ILayerOrigins Origins, ILayerUses Uses)
{
    /// <summary>Where some builds look for images: a layout of one of their clients when a store is named, else registries with their logins.</summary>
    internal async ValueTask<IImageSource> GetSourceAsync(IReadOnlyList<IJobContext> jobs, string? storeId, string? sessionId, CancellationToken cancellationToken)
    {
        if (storeId is null)
        {
            return new RegistryImageSource(Registry, SessionCredentials.For(jobs));
        }

        CofferdamException? missing = null;
        foreach (var job in jobs.OfType<BuildJob>())
        {
            try
            {
                var session = await job.GetSessionAsync(sessionId, cancellationToken);
                return new LayoutImageSource(session, session.Id, storeId);
            }
            catch (CofferdamException error) when (error.Code == ErrorCode.SessionMissing)
            {
                missing = error;
            }
        }

        throw missing ?? new CofferdamException(ErrorCode.SessionMissing, $"read OCI layout {Quote.Text(storeId)}: no client serves it");
    }
}
