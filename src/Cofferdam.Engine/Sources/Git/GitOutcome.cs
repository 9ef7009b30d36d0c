namespace Cofferdam.Engine;

/// <summary>How a run of git ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="OutputBytes">What it wrote to standard output.</param>
/// <param name="Errors">The last lines of its standard error.</param>
internal sealed record GitOutcome(int ExitCode, byte[] OutputBytes, IReadOnlyList<string> Errors)
{
    private const int ShownLines = 4;

    /// <summary>What it wrote to standard output, as text.</summary>
    public string Output => System.Text.Encoding.UTF8.GetString(OutputBytes);

    public bool IsSuccess => ExitCode == 0;

    /// <summary>What went wrong in one line: what git and the other side said, without advice and greetings.</summary>
    public string Reason
    {
        get
        {
            var lines = Errors.Where(static line => !IsNoise(line)).ToList();
            var said = string.Join("; ", (lines.Count > 0 ? lines : Errors).TakeLast(ShownLines));
            return said.Length > 0 ? said : $"exit code {ExitCode}";
        }
    }

    /// <summary>Whether git said one of some things.</summary>
    public bool Says(params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
        {
            if (Errors.Any(line => line.Contains(text, StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsNoise(string line) =>
        line.StartsWith("hint:", StringComparison.Ordinal)
        || line.StartsWith("Warning: Permanently added", StringComparison.Ordinal)
        || line.StartsWith("Please make sure you have the correct access rights", StringComparison.Ordinal)
        || line.StartsWith("and the repository exists", StringComparison.Ordinal)
        || line.StartsWith("remote: Counting", StringComparison.Ordinal)
        || line.StartsWith("remote: Enumerating", StringComparison.Ordinal);
}
