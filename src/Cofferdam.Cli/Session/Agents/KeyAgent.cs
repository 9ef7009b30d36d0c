using Cofferdam.Model;

namespace Cofferdam.Cli.Session.Agents;

/// <summary>An agent of keys that this process has read. It lists them and signs, nothing else.</summary>
internal sealed class KeyAgent(IReadOnlyList<KeyValuePair<string, ISshKey>> keys) : IAgentConnection
{
    public ValueTask<byte[]> AnswerAsync(byte[] request, CancellationToken cancellationToken)
    {
        try
        {
            return ValueTask.FromResult(request[0] switch
            {
                AgentMessage.ListKeys => List(),
                AgentMessage.Sign => Sign(request.AsSpan(1)) ?? [AgentMessage.Failure],
                _ => [AgentMessage.Failure],
            });
        }
        catch (InvalidDataException)
        {
            return ValueTask.FromResult<byte[]>([AgentMessage.Failure]);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private byte[] List()
    {
        var writer = new SshWriter().Byte(AgentMessage.Keys).Number((uint)keys.Count);
        foreach (var (comment, key) in keys)
        {
            writer.Bytes(key.PublicKey.Span).Text(comment);
        }

        return writer.ToArray();
    }

    private byte[]? Sign(ReadOnlySpan<byte> body)
    {
        var reader = new SshReader(body);
        var wanted = reader.Bytes();
        var data = reader.Bytes();
        var flags = reader.Number();
        foreach (var (_, key) in keys)
        {
            if (key.PublicKey.Span.SequenceEqual(wanted))
            {
                return key.Sign(data, flags) is { } signature ? new SshWriter().Byte(AgentMessage.Signature).Bytes(signature).ToArray() : null;
            }
        }

        return null;
    }
}
