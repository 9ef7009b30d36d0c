using System.Collections.Immutable;
using System.Runtime.Intrinsics.X86;
using Cofferdam.Model;

namespace Cofferdam.Linux;

/// <summary>The platforms whose programs this machine runs: its own, and those that handlers are registered for (Linux Documentation/admin-guide/binfmt-misc.rst).</summary>
public static class HostPlatforms
{
    /// <summary>Where the kernel shows its handlers.</summary>
    public const string HandlerDirectory = "/proc/sys/fs/binfmt_misc";

    private const string CompatibilitySetting = "/proc/sys/abi/vsyscall32"; // there when the kernel runs programs of 32 bits
    private const int MachineOffset = 18;
    private const int HeaderBytes = 20;

    /// <summary>The platforms at this moment, the machine's own first.</summary>
    public static ImmutableArray<Platform> Find() => [.. Native().Concat(FindHandled(HandlerDirectory)).Distinct()];

    /// <summary>The platforms that enabled handlers are there for.</summary>
    public static IEnumerable<Platform> FindHandled(string directory)
    {
        if (!Directory.Exists(directory))
        {
            yield break;
        }

        foreach (var path in Directory.EnumerateFiles(directory).Where(path => Path.GetFileName(path) is not ("register" or "status")).Order(StringComparer.Ordinal))
        {
            if (ReadHandler(path) is not { } header)
            {
                continue;
            }

            foreach (var platform in PlatformsOf(header))
            {
                yield return platform;
            }
        }
    }

    private static IEnumerable<Platform> Native()
    {
        yield return Platform.Host;
        if (Platform.Host.Architecture != "amd64")
        {
            yield break;
        }

        (string Variant, bool IsThere)[] levels = [("v2", Sse42.IsSupported && Popcnt.IsSupported), ("v3", Avx2.IsSupported && Bmi2.IsSupported && Fma.IsSupported), ("v4", Avx512BW.VL.IsSupported && Avx512CD.IsSupported && Avx512DQ.IsSupported)];
        foreach (var (variant, _) in levels.TakeWhile(level => level.IsThere))
        {
            yield return Platform.Host with { Variant = variant };
        }

        if (File.Exists(CompatibilitySetting))
        {
            yield return Platform.Host with { Architecture = "386" };
        }
    }

    // The beginning of an ELF file that the handler takes; null when it is for something else, or off.
    private static byte[]? ReadHandler(string path)
    {
        var lines = File.ReadAllLines(path);
        var magic = lines.FirstOrDefault(line => line.StartsWith("magic ", StringComparison.Ordinal))?["magic ".Length..];
        if (lines is not ["enabled", ..] || magic is null || magic.Length % 2 != 0 || !lines.Contains("offset 0") || !magic.All(char.IsAsciiHexDigit))
        {
            return null;
        }

        var header = Convert.FromHexString(magic);
        return header.Length >= HeaderBytes && header.AsSpan().StartsWith("\u007fELF"u8) ? header : null;
    }

    private static IEnumerable<Platform> PlatformsOf(byte[] header)
    {
        var isLittle = header[5] == 1;
        var machine = isLittle ? header[MachineOffset] | (header[MachineOffset + 1] << 8) : (header[MachineOffset] << 8) | header[MachineOffset + 1];
        (string Architecture, string? Variant)[] found = (machine, header[4], isLittle) switch
        {
            (3, _, true) => [("386", null)],
            (8, 2, true) => [("mips64le", null)],
            (8, 2, false) => [("mips64", null)],
            (21, _, true) => [("ppc64le", null)],
            (22, _, false) => [("s390x", null)],
            (40, _, true) => [("arm", "v7"), ("arm", "v6")],
            (62, _, true) => [("amd64", null)],
            (183, _, true) => [("arm64", null)],
            (243, 2, true) => [("riscv64", null)],
            (258, 2, true) => [("loong64", null)],
            _ => [],
        };
        return found.Select(platform => new Platform { Os = "linux", Architecture = platform.Architecture, Variant = platform.Variant });
    }
}
