using System.Runtime.InteropServices;

namespace Cofferdam.Linux;

/// <summary>A program to start.</summary>
public sealed record ChildProcessOptions
{
    /// <summary>The program's absolute path.</summary>
    public required string Path { get; init; }

    /// <summary>What it is given after its name.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Its whole environment, <c>NAME=value</c> each.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Where it starts; null is where this process is.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>What it reads; null is nothing. Stays the caller's.</summary>
    public SafeHandle? StandardInput { get; init; }

    /// <summary>Where it writes; null is nowhere. Stays the caller's.</summary>
    public SafeHandle? StandardOutput { get; init; }

    /// <summary>Where it writes errors; null is nowhere. Stays the caller's.</summary>
    public SafeHandle? StandardError { get; init; }
}
