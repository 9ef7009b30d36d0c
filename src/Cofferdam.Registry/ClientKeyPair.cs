namespace Cofferdam.Registry;

/// <summary>The files of a client certificate.</summary>
/// <param name="CertificateFile">The certificate, PEM.</param>
/// <param name="KeyFile">Its private key, PEM.</param>
public sealed record ClientKeyPair(string CertificateFile, string KeyFile);
