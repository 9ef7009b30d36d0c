using System.Text.Json;

namespace Cofferdam.Executor;

/// <summary>What a runtime logged of its own doing; empty when the process was started.</summary>
internal static class RuntimeLog
{
    /// <summary>The last error in a log of JSON lines; null when there is none.</summary>
    public static string? FindError(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        string? found = null;
        foreach (var line in File.ReadLines(path))
        {
            try
            {
                using var entry = JsonDocument.Parse(line);
                if (entry.RootElement.TryGetProperty("level", out var level) && level.GetString() is "error" or "fatal" && entry.RootElement.TryGetProperty("msg", out var message))
                {
                    found = message.GetString();
                }
            }
            catch (JsonException)
            {
                found ??= line; // Not its usual form; better than nothing.
            }
        }

        return found;
    }

    /// <summary>The exit code a shell would give for a program that could not be executed: 127 not found, 126 not executable; null for other errors.</summary>
    public static int? ExitCodeOf(string error)
    {
        if (!error.Contains("exec", StringComparison.Ordinal))
        {
            return null;
        }

        if (error.Contains("not found", StringComparison.Ordinal) || error.Contains("no such file", StringComparison.OrdinalIgnoreCase))
        {
            return 127;
        }

        return error.Contains("permission denied", StringComparison.OrdinalIgnoreCase) || error.Contains("exec format error", StringComparison.OrdinalIgnoreCase) || error.Contains("is a directory", StringComparison.OrdinalIgnoreCase)
            ? 126
            : null;
    }
}
