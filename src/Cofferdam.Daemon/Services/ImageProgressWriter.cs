using System.Threading.Channels;
using Cofferdam.Model;
using Cofferdam.Protocol.Images;
using Cofferdam.Solver;
using Grpc.Core;

namespace Cofferdam.Daemon;

/// <summary>Passes the progress of a pull or push on to the caller, and its result last.</summary>
internal sealed class ImageProgressWriter : IVertexProgress
{
    private readonly Channel<ImageProgress> _messages = Channel.CreateUnbounded<ImageProgress>(new UnboundedChannelOptions { SingleReader = true });

    private ImageProgressWriter()
    {
    }

    /// <summary>Does the work and returns when the caller has everything.</summary>
    public static async Task RunAsync(IServerStreamWriter<ImageProgress> responses, Func<IVertexProgress, Task<Digest>> work, CancellationToken cancellationToken)
    {
        var writer = new ImageProgressWriter();
        var working = writer.WorkAsync(work);
        await foreach (var message in writer._messages.Reader.ReadAllAsync(cancellationToken))
        {
            await responses.WriteAsync(message, cancellationToken);
        }

        await responses.WriteAsync(new ImageProgress { Completed = true, Digest = (await working).ToString() }, cancellationToken);
    }

    public void Log(int stream, ReadOnlySpan<byte> data)
    {
        // Neither pulling nor pushing writes a log.
    }

    public void Status(string id, string name, long current, long total, bool isCompleted) =>
        _messages.Writer.TryWrite(new ImageProgress { Id = id, Action = name, Current = current, Total = total, Completed = isCompleted });

    public void Warn(BuildWarning warning)
    {
        // Neither warns.
    }

    private async Task<Digest> WorkAsync(Func<IVertexProgress, Task<Digest>> work)
    {
        try
        {
            return await work(this);
        }
        finally
        {
            _messages.Writer.Complete();
        }
    }
}
