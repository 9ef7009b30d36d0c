namespace Cofferdam.Executor;

/// <summary>The system calls that steps may make, as <c>seccomp.json</c> has them: those of Moby's default profile for the default capabilities.</summary>
/// <param name="Errno">What other calls are answered with.</param>
/// <param name="Architectures">For each processor, the call tables it has, its own first.</param>
/// <param name="Rules">The rules.</param>
internal sealed record SeccompTable(uint Errno, IReadOnlyDictionary<string, IReadOnlyList<string>> Architectures, IReadOnlyList<SeccompTable.Rule> Rules)
{
    /// <summary>Calls that are allowed.</summary>
    /// <param name="Names">The calls.</param>
    /// <param name="On">The processors it is for; null is all.</param>
    /// <param name="Errno">Not allowed, but answered with this error.</param>
    /// <param name="Argument">What an argument must be; null is anything.</param>
    internal sealed record Rule(IReadOnlyList<string> Names, IReadOnlyList<string>? On, uint? Errno, Condition? Argument);

    /// <summary>What an argument must be.</summary>
    internal sealed record Condition(uint Index, ulong Value, ulong ValueTwo, string Op);
}
