namespace Cofferdam.Dockerfile;

/// <summary>An instruction that was understood. Variables are not replaced yet.</summary>
internal abstract record Instruction(InstructionSource Source)
{
    /// <summary>Begins a stage.</summary>
    internal sealed record From(InstructionSource Source, string Image, string? Name, string Platform, string Description) : Instruction(Source)
    {
        /// <summary>The stage's name as written.</summary>
        public string? WrittenName { get; init; }

        /// <summary>The word <c>AS</c> as written.</summary>
        public string? AsKeyword { get; init; }
    }

    internal sealed record Arg(InstructionSource Source, ImmutableArray<ArgumentDefinition> Arguments) : Instruction(Source);

    internal sealed record Env(InstructionSource Source, ImmutableArray<KeyValue> Pairs) : Instruction(Source);

    internal sealed record Label(InstructionSource Source, ImmutableArray<KeyValue> Pairs) : Instruction(Source);

    internal sealed record Maintainer(InstructionSource Source, string Text) : Instruction(Source);

    internal sealed record Run(InstructionSource Source, CommandLine Command, ImmutableArray<string> Mounts, string Network, string Security, ImmutableArray<RunDevice> Devices) : Instruction(Source);

    internal sealed record Copy(InstructionSource Source, CopySources Sources, CopyFlags Flags) : Instruction(Source);

    internal sealed record Add(InstructionSource Source, CopySources Sources, CopyFlags Flags) : Instruction(Source);

    internal sealed record Workdir(InstructionSource Source, string Path) : Instruction(Source);

    internal sealed record User(InstructionSource Source, string Name) : Instruction(Source);

    internal sealed record Cmd(InstructionSource Source, CommandLine Command) : Instruction(Source);

    internal sealed record Entrypoint(InstructionSource Source, CommandLine Command) : Instruction(Source);

    internal sealed record Expose(InstructionSource Source, ImmutableArray<string> Ports) : Instruction(Source);

    internal sealed record Volume(InstructionSource Source, ImmutableArray<string> Paths) : Instruction(Source);

    internal sealed record Healthcheck(InstructionSource Source, HealthConfig Health) : Instruction(Source);

    internal sealed record Shell(InstructionSource Source, ImmutableArray<string> Arguments) : Instruction(Source);

    internal sealed record StopSignal(InstructionSource Source, string Signal) : Instruction(Source);

    internal sealed record OnBuild(InstructionSource Source, string Trigger) : Instruction(Source);
}
