namespace Cofferdam.Cli.Session.Agents;

/// <summary>A private key that an agent signs with. Thread-safe.</summary>
internal interface ISshKey
{
    /// <summary>The public key as ssh has it (RFC 4253, 6.6).</summary>
    ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Signs; null when the key does not sign in the way that the flags ask for.</summary>
    /// <param name="data">What is signed.</param>
    /// <param name="flags">Flags of the agent protocol's sign request.</param>
    byte[]? Sign(ReadOnlySpan<byte> data, uint flags);
}
