namespace Cofferdam.Executor;

/// <summary>A container that runs, as more processes in it need to know it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="State">Where the runtime keeps its state.</param>
/// <param name="PidFile">Which has its first process's number once it has one.</param>
/// <param name="RootPath">Its root file system.</param>
/// <param name="Ended">Cancelled when it has ended.</param>
internal sealed record RunningContainer(string Id, string State, string PidFile, string RootPath, CancellationToken Ended);
