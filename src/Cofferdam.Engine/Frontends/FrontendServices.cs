using Cofferdam.Executor;

namespace Cofferdam.Engine;

/// <summary>What frontends and their containers are run with.</summary>
/// <param name="Settings">Which may run.</param>
/// <param name="Executor">Runs them.</param>
/// <param name="Exec">What mounts are made with.</param>
/// <param name="Bridges">Answers their calls.</param>
/// <param name="Info">What they are told of the engine.</param>
/// <param name="Directory">For files they are given; emptied when the daemon starts.</param>
internal sealed record FrontendServices(FrontendSettings Settings, IExecutor Executor, ExecServices Exec, FrontendBridges Bridges, IEngineInfo Info, string Directory);
