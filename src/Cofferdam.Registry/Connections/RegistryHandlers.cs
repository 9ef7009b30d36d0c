using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cofferdam.Model;

namespace Cofferdam.Registry.Connections;

/// <summary>Makes the part that opens connections to a host.</summary>
internal static class RegistryHandlers
{
    internal static HttpMessageHandler Make(string host, RegistryHostOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // credentials must not follow a redirect to another host
            AutomaticDecompression = DecompressionMethods.None, // blobs are named by the digest of what is sent
            ConnectTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            UseCookies = false,
        };
        if (options.HasTls)
        {
            handler.SslOptions = MakeTls(host, options);
        }

        return handler;
    }

    private static SslClientAuthenticationOptions MakeTls(string host, RegistryHostOptions options)
    {
        var tls = new SslClientAuthenticationOptions();
        try
        {
            if (options.Insecure)
            {
#pragma warning disable CA5359 // the user asked for it
                tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
            }
            else if (!options.AuthorityFiles.IsDefaultOrEmpty)
            {
                tls.RemoteCertificateValidationCallback = Verify(options.AuthorityFiles);
            }

            if (!options.KeyPairs.IsDefaultOrEmpty)
            {
                tls.ClientCertificates = [.. options.KeyPairs.Select(pair => X509Certificate2.CreateFromPemFile(pair.CertificateFile, pair.KeyFile))];
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new InvalidInputException($"read the certificates for registry {Quote.Text(host)}: {error.Message}", error);
        }

        return tls;
    }

    private static RemoteCertificateValidationCallback Verify(IEnumerable<string> files)
    {
        var authorities = new X509Certificate2Collection();
        foreach (var file in files)
        {
            authorities.ImportFromPemFile(file);
        }

        return (_, certificate, chain, errors) =>
        {
            if (errors == SslPolicyErrors.None)
            {
                return true;
            }

            if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is null)
            {
                return false;
            }

            using var own = new X509Chain();
            own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            own.ChainPolicy.CustomTrustStore.AddRange(authorities);
            if (chain is not null)
            {
                own.ChainPolicy.ExtraStore.AddRange(chain.ChainElements.Select(element => element.Certificate).ToArray());
            }

            using var copy = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
            return own.Build(copy);
        };
    }
}
