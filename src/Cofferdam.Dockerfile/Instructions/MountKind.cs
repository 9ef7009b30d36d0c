namespace Cofferdam.Dockerfile;

/// <summary>Types of <c>RUN --mount</c>.</summary>
internal enum MountKind
{
    /// <summary>Files of a stage, an image or a context.</summary>
    Bind,

    /// <summary>A directory kept between builds.</summary>
    Cache,

    /// <summary>A directory in memory.</summary>
    Tmpfs,

    /// <summary>A secret.</summary>
    Secret,

    /// <summary>An ssh agent's socket.</summary>
    Ssh,
}
