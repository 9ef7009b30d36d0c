using System.Security.Cryptography;
using Cofferdam.Secrets;

namespace Cofferdam.Engine;

/// <summary>The values of all secrets that steps of a build were given so far. Thread-safe.</summary>
internal sealed class BuildSecrets : IDisposable
{
    // Of this process: it names values in memory and nowhere else.
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    private readonly Lock _lock = new(); // guards what follows
    private readonly List<(SearchedSecret Secret, string Hash)> _secrets = [];
    private bool _isDisposed;

    /// <summary>Keeps copies of values.</summary>
    public void Add(IEnumerable<SearchedSecret> secrets)
    {
        lock (_lock)
        {
            foreach (var secret in secrets)
            {
                var hash = Hash(secret);
                if (!_isDisposed && !_secrets.Exists(known => known.Hash == hash && known.Secret.Id == secret.Id))
                {
                    var copy = secret.Value.Use(0, static (bytes, _) => new SecretValue(bytes.Span));
                    _secrets.Add((secret with { Value = copy }, hash));
                }
            }
        }
    }

    /// <summary>Whether no value is known.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _secrets.Count == 0;
            }
        }
    }

    /// <summary>Whether a value of that id is known.</summary>
    public bool Has(string id)
    {
        lock (_lock)
        {
            return _secrets.Exists(known => known.Secret.Id == id);
        }
    }

    /// <summary>A search for all values and some more; null when there is none.</summary>
    public SecretSet? Open(IReadOnlyCollection<SearchedSecret> more)
    {
        lock (_lock)
        {
            var all = _secrets.ToList();
            foreach (var secret in more)
            {
                var hash = Hash(secret);
                if (!all.Exists(known => known.Hash == hash && known.Secret.Id == secret.Id))
                {
                    all.Add((secret, hash));
                }
            }

            return all.Count == 0 ? null : new SecretSet(new SecretSearch([.. all.Select(one => one.Secret)]), [.. all.Select(one => one.Hash)]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _secrets.ForEach(known => known.Secret.Value.Dispose());
            _secrets.Clear();
        }
    }

    private static string Hash(SearchedSecret secret) => secret.Value.Use(0, static (bytes, _) => Convert.ToHexString(HMACSHA256.HashData(Key, bytes.Span)));
}
