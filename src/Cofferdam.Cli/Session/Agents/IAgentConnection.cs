namespace Cofferdam.Cli.Session.Agents;

/// <summary>Answers the requests of one process to an agent, one after another.</summary>
internal interface IAgentConnection : IAsyncDisposable
{
    /// <summary>The answer to a message, both without their lengths.</summary>
    ValueTask<byte[]> AnswerAsync(byte[] request, CancellationToken cancellationToken);
}
