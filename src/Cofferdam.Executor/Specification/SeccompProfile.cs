using System.Runtime.InteropServices;
using System.Text.Json;

namespace Cofferdam.Executor;

/// <summary>The seccomp section for this machine's processor.</summary>
internal static class SeccompProfile
{
    private static readonly Lazy<RuntimeSpec.SeccompSection?> s_default = new(() => Create(RuntimeInformation.ProcessArchitecture));

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
}
