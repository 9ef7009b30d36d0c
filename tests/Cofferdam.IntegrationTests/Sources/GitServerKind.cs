namespace Cofferdam.IntegrationTests.Sources;

/// <summary>What a server of repositories can do.</summary>
internal enum GitServerKind
{
    /// <summary>All that git's own server can.</summary>
    Smart,

    /// <summary>As servers before version 2 of the protocol: what is on no branch's end is not given out by its hash.</summary>
    SmartVersion0,

    /// <summary>It just shows the files.</summary>
    Dumb,
}
