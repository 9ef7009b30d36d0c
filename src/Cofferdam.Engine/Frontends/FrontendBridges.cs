namespace Cofferdam.Engine;

/// <summary>Makes what answers the calls of a frontend.</summary>
/// <param name="build">The build it works for.</param>
/// <param name="call">Its request.</param>
/// <param name="info">What the engine tells of itself.</param>
public delegate IFrontendBridge FrontendBridges(IBuild build, FrontendCall call, IEngineInfo info);
