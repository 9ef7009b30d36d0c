using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>What clients are told about the engine.</summary>
public interface IEngineInfo
{
    /// <summary>A stable name of the worker.</summary>
    string WorkerId { get; }

    /// <summary>The version, for example <c>v0.1.0</c>.</summary>
    string Version { get; }

    /// <summary>What it can build for, its own platform first.</summary>
    ImmutableArray<Platform> Platforms { get; }

    /// <summary>Facts for display, for example <c>org.mobyproject.buildkit.worker.executor</c>.</summary>
    ImmutableDictionary<string, string> Labels { get; }

    /// <summary>The devices that steps can ask for, as they are now; files that cannot be read are left out.</summary>
    IReadOnlyList<HostDevice> Devices { get; }

    /// <summary>By what policies garbage is collected, in order; none where it is not.</summary>
    ImmutableArray<PruneOptions> Collection => [];
}
