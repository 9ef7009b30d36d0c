using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>Progress that nobody looks at.</summary>
internal sealed class UnseenProgress : IVertexProgress
{
    private UnseenProgress()
    {
    }

    public static UnseenProgress Instance { get; } = new();

    public void Log(int stream, ReadOnlySpan<byte> data)
    {
        // Nobody looks.
    }

    public void Status(string id, string name, long current, long total, bool isCompleted)
    {
        // Nobody looks.
    }

    public void Warn(BuildWarning warning)
    {
        // Nobody looks.
    }
}
