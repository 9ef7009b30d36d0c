using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Protocol.Llb;

/// <summary>What is said of an operation beside the operation itself; it does not change its digest, but for the platform.</summary>
public sealed record NodeOptions
{
    /// <summary>What users see of it.</summary>
    public string? Name { get; init; }

    /// <summary>The instruction it comes from.</summary>
    public string? Command { get; init; }

    /// <summary>Whether it is run even where its result is known.</summary>
    public bool IgnoreCache { get; init; }

    /// <summary>The group it is shown in.</summary>
    public ProgressGroup? ProgressGroup { get; init; }

    /// <summary>Limits of its process.</summary>
    public LinuxResources? Resources { get; init; }

    /// <summary>The platform it is for; left out of operations that know none.</summary>
    public Model.Platform? Platform { get; init; }

    /// <summary>The text it comes from.</summary>
    public SourceFile? File { get; init; }

    /// <summary>The lines of <see cref="File"/> it comes from.</summary>
    public ImmutableArray<LineRange> Lines { get; init; } = [];
}
