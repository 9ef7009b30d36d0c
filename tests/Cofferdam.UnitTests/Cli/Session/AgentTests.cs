using System.Net.Sockets;
using System.Security.Cryptography;
using Cofferdam.Cli.Session.Agents;
using Cofferdam.Model;
using Xunit;

namespace Cofferdam.UnitTests.Cli.Session;

/// <summary>The agents that steps reach. That real ssh takes their signatures is tested with a real server.</summary>
public sealed class AgentTests
{
    private const uint Sha512 = 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KeyAgent_Requests_ListsAndSignsAndNoMore()
    {
        using var rsa = RSA.Create(2048);
        var key = SshKeyFile.Parse(rsa.ExportRSAPrivateKeyPem());
        await using var agent = new KeyAgent([KeyValuePair.Create("comment", key)]);

        Assert.Equal(new SshWriter().Byte(12).Number(1).Bytes(key.PublicKey.Span).Text("comment").ToArray(), await agent.AnswerAsync([11], Token));
        var signed = await agent.AnswerAsync(new SshWriter().Byte(13).Bytes(key.PublicKey.Span).Text("data").Number(Sha512).ToArray(), Token);
        Assert.True(rsa.VerifyData("data"u8, SignatureOf(signed), HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1));

        Assert.Equal([5], await agent.AnswerAsync(new SshWriter().Byte(13).Bytes(key.PublicKey.Span).Text("data").Number(0).ToArray(), Token)); // SHA-1
        Assert.Equal([5], await agent.AnswerAsync(new SshWriter().Byte(13).Text("another key").Text("data").Number(0).ToArray(), Token));
        Assert.Equal([5], await agent.AnswerAsync([13, 0, 0, 0, 200], Token));
        Assert.Equal([5], await agent.AnswerAsync([17], Token)); // add a key
    }

    [Theory]
    [InlineData(new byte[] { 11 }, true)]
    [InlineData(new byte[] { 13, 1 }, true)]
    [InlineData(new byte[] { 17 }, false)]
    [InlineData(new byte[] { 19 }, false)]
    [InlineData(new byte[] { 22 }, false)]
    [InlineData(new byte[] { 27 }, false)]
    public async Task FilteredAgent_Request_ReachesTheAgentOnlyToListOrSign(byte[] request, bool isPassedOn)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var path = Path.Combine(Path.GetTempPath(), $"agent-{Guid.NewGuid():N}");
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        try
        {
            var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await client.ConnectAsync(new UnixDomainSocketEndPoint(path), Token);
            using var server = await listener.AcceptAsync(Token);
            await using var agent = new FilteredAgent(client);
            await using var stream = new NetworkStream(server);

            var answer = agent.AnswerAsync(request, Token);
            if (isPassedOn)
            {
                Assert.Equal(request, await AgentMessage.ReadAsync(stream, Token));
                await AgentMessage.WriteAsync(stream, [12, 7], Token);
            }

            Assert.Equal(isPassedOn ? [12, 7] : [5], await answer);
            Assert.Equal(0, server.Available);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Key_WithPassphrase_IsRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var text = key.ExportEncryptedPkcs8PrivateKeyPem("word", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1));

        Assert.Contains("passphrase", Assert.Throws<InvalidDataException>(() => SshKeyFile.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_ThatIsTooLong_IsRefused() =>
        await Assert.ThrowsAsync<InvalidDataException>(() => AgentMessage.ReadAsync(new MemoryStream([0x7f, 0, 0, 0]), Token));

    private static byte[] SignatureOf(byte[] answer)
    {
        var outer = new SshReader(answer.AsSpan(1));
        var inner = new SshReader(outer.Bytes());
        inner.Bytes();
        return inner.Bytes().ToArray();
    }
}
