using Cofferdam.Cli.SecretSources;
using Cofferdam.Model;
using Cofferdam.Secrets;

namespace Cofferdam.Cli.Session;

/// <summary>A secret that the daemon may ask for.</summary>
/// <param name="Id">The name steps ask by.</param>
/// <param name="Source">Where its value comes from.</param>
internal sealed record SessionSecret(string Id, ISecretSource Source)
{
    /// <summary>Throws where it is plain that it can't be had: a missing file, a missing program.</summary>
    public void Check()
    {
        try
        {
            Source.Check();
        }
        catch (SecretSourceException error)
        {
            throw Describe(error);
        }
    }

    /// <summary>The value, owned by the caller. Errors name the secret and its source; a <see cref="NotFoundException"/> is for a file or variable that is not there.</summary>
    public async Task<SecretValue> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Source.ReadAsync(cancellationToken);
        }
        catch (SecretSourceException error)
        {
            throw Describe(error);
        }
    }

    private CofferdamException Describe(SecretSourceException error)
    {
        var message = $"read secret {Quote.Text(Id)} from {Source.Name}: {error.Message}";
        return error.IsAbsent ? new NotFoundException(message, error) { Hint = error.Hint } : new CofferdamException(ErrorCode.SecretMissing, message, error) { Hint = error.Hint };
    }
}
