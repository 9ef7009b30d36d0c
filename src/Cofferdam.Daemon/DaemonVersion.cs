namespace Cofferdam.Daemon;

/// <summary>The version of this program.</summary>
public static class DaemonVersion
{
    /// <summary>For example <c>0.1.0</c>.</summary>
    public static string Text { get; } = typeof(DaemonVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
