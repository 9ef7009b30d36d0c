namespace Cofferdam.Engine;

/// <summary>What happens when a secret would leave a build.</summary>
internal enum SealMode
{
    /// <summary>It fails.</summary>
    Enforce,

    /// <summary>It warns.</summary>
    Warn,

    /// <summary>Nothing is searched.</summary>
    Off,
}
