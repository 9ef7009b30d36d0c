using Cofferdam.Model;

namespace Cofferdam.Engine;

// Results that turn out to be lost when they are used.
internal sealed partial class Build
{
    private const int MostAttempts = 3;

    // Uses results; where some of them are lost they are made again, and used again.
    private async Task<T> UseAsync<T>(IReadOnlyCollection<BuildReference> references, Func<Task<T>> use, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var losses = _services.Layers.LossCount;
            try
            {
                return await use();
            }
            catch (Exception error) when (error is (CofferdamException or IOException) and not SecretLeakException && attempt < MostAttempts)
            {
                var isAny = _services.Layers.LossCount != losses;
                foreach (var reference in references)
                {
                    isAny |= await reference.GiveUpIfLostAsync(cancellationToken);
                }

                if (!isAny)
                {
                    throw;
                }
            }
        }
    }
}
