using System.Runtime.InteropServices;
using System.Text.Json;
using Cofferdam.Linux;

namespace Cofferdam.Executor;

/// <summary>The seccomp section for this machine's processor.</summary>
internal static class SeccompProfile
{
    private static readonly Lazy<RuntimeSpec.SeccompSection?> s_default = new(() => Create(RuntimeInformation.ProcessArchitecture));

    private static readonly Lazy<string?> s_program = new(Compile);

    /// <summary>The section compiled, in base64: crun takes it so (<c>run.oci.seccomp_bpf_data</c>) and compiles nothing, which would be half of a short step's time. Null where it cannot be compiled here.</summary>
    public static string? Program => s_program.Value;

    /// <summary>The section; null where the table does not know the processor.</summary>
    public static RuntimeSpec.SeccompSection? Default => s_default.Value;

    internal static RuntimeSpec.SeccompSection? Create(Architecture processor)
    {
        using var stream = typeof(SeccompProfile).Assembly.GetManifestResourceStream("seccomp.json")!;
        var table = JsonSerializer.Deserialize(stream, RuntimeSpecJson.Default.SeccompTable)!;
        var name = processor.ToString().ToLowerInvariant();
        if (!table.Architectures.TryGetValue(name, out var architectures))
        {
            return null;
        }

        var rules = table.Rules
            .Where(rule => rule.On is null || rule.On.Contains(name))
            .Select(rule => new RuntimeSpec.SeccompRule(
                rule.Names,
                rule.Errno is null ? "SCMP_ACT_ALLOW" : "SCMP_ACT_ERRNO",
                rule.Errno,
                rule.Argument is { } argument ? [new RuntimeSpec.SeccompArgument(argument.Index, argument.Value, argument.ValueTwo, argument.Op)] : null));
        return new RuntimeSpec.SeccompSection("SCMP_ACT_ERRNO", table.Errno, architectures, [.. rules]);
    }

    private static string? Compile()
    {
        if (Default is not { } section || SeccompFilter.TryCreate(section.DefaultErrnoRet) is not { } filter)
        {
            return null;
        }

        using (filter)
        {
            foreach (var architecture in section.Architectures)
            {
                filter.AddArchitecture(architecture);
            }

            foreach (var rule in section.Syscalls)
            {
                var argument = rule.Args is [var only] ? (only.Index, only.Operation["SCMP_CMP_".Length..], only.Value, only.ValueTwo) : ((uint, string, ulong, ulong)?)null;
                foreach (var name in rule.Names)
                {
                    filter.AddRule(name, rule.ErrnoRet, argument);
                }
            }

            return Convert.ToBase64String(filter.Compile());
        }
    }
}
