namespace Cofferdam.Executor;

/// <summary>A device node of a container.</summary>
/// <param name="Path">Where it is, below <c>/dev</c>.</param>
/// <param name="Type">As in the OCI runtime-spec: <c>c</c>, <c>b</c> or <c>p</c>.</param>
/// <param name="Major">The major number.</param>
/// <param name="Minor">The minor number.</param>
/// <param name="Mode">Its permission bits; null is the runtime's choice.</param>
/// <param name="Uid">Its owner; null is the process's user.</param>
/// <param name="Gid">Its group; null is the process's group.</param>
/// <param name="Access">What the process may do with it: some of <c>rwm</c>.</param>
public sealed record StepDevice(string Path, string Type, long Major, long Minor, uint? Mode, uint? Uid, uint? Gid, string Access);
