using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Cofferdam.Model;

/// <summary>What an image runs on (OCI image-spec, image-index.md; names as Go's GOARCH and GOOS). Members are in the order Go writes them.</summary>
public sealed record Platform
{
    /// <summary>The processor architecture, for example <c>amd64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The operating system, for example <c>linux</c>.</summary>
    public required string Os { get; init; }

    /// <summary>The version of the operating system.</summary>
    [JsonPropertyName("os.version")]
    public string? OsVersion { get; init; }

    /// <summary>The variant of the architecture, for example <c>v7</c>.</summary>
    public string? Variant { get; init; }

    /// <summary>The platform of this process.</summary>
    public static Platform Host { get; } = new()
    {
        Os = "linux",
        Architecture = RuntimeInformation.OSArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.X64 => "amd64",
            System.Runtime.InteropServices.Architecture.X86 => "386",
            System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
            System.Runtime.InteropServices.Architecture.Arm or System.Runtime.InteropServices.Architecture.Armv6 => "arm",
            System.Runtime.InteropServices.Architecture.S390x => "s390x",
            System.Runtime.InteropServices.Architecture.Ppc64le => "ppc64le",
            System.Runtime.InteropServices.Architecture.RiscV64 => "riscv64",
            System.Runtime.InteropServices.Architecture.LoongArch64 => "loong64",
            var other => other.ToString().ToUpperInvariant(),
        },
    };

    private static readonly string[] Usual =
    [
        "linux/amd64", "linux/arm64", "linux/arm/v7", "linux/arm/v6", "linux/386", "linux/ppc64le", "linux/riscv64", "linux/s390x", "linux/loong64", "linux/mips64le", "linux/mips64",
        "windows/amd64", "windows/arm64", "darwin/amd64", "darwin/arm64", "freebsd/amd64", "freebsd/arm64",
    ];

    /// <summary>The usual platform that a text was probably meant to be; null when it is one, or none is near.</summary>
    public static string? FindNear(string text)
    {
        var isKnown = TryParse(text, out var platform) && Usual.Any(usual => TryParse(usual, out var known) && known.Os == platform.Os && known.Architecture == platform.Architecture);
        return isKnown ? null
            : text.Contains('/', StringComparison.Ordinal) ? NearMatch.Find(text, Usual)
            : NearMatch.Find(text, Usual.Select(usual => usual.Split('/')[1]).Concat(["linux", "windows", "darwin", "freebsd"]).Distinct());
    }

    /// <summary>Reads <c>os/arch[/variant]</c>, or an architecture or an operating system alone; throws <see cref="InvalidInputException"/>.</summary>
    public static Platform Parse(string text) => TryParse(text, out var platform)
        ? platform
        : throw new InvalidInputException($"invalid platform {Quote.Text(text)}") { Hint = FindNear(text) is { } near ? $"did you mean {near}?" : "write it as os/arch or os/arch/variant, for example linux/arm64" };

    /// <summary>Reads a platform and normalises it as containerd's platforms package does.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Platform? platform)
    {
        platform = null;
        var parts = text.ToLowerInvariant().Split('/');
        if (parts.Length is 0 or > 3 || parts.Any(part => part.Length == 0 || part.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-'))))
        {
            return false;
        }

        platform = parts.Length > 1
            ? new Platform { Os = parts[0], Architecture = parts[1], Variant = parts.Length > 2 ? parts[2] : null }
            : IsKnownOs(parts[0]) ? Host with { Os = parts[0] } : new Platform { Os = Host.Os, Architecture = parts[0] };
        platform = platform.Normalize();
        return true;
    }

    /// <summary>The same platform under its usual names: <c>x86_64</c> is <c>amd64</c>, <c>arm64/v8</c> is <c>arm64</c>, <c>arm</c> is <c>arm/v7</c>.</summary>
    public Platform Normalize()
    {
        var os = Os.ToLowerInvariant() is "macos" ? "darwin" : Os.ToLowerInvariant();
        var variant = string.IsNullOrEmpty(Variant) ? null : Variant.ToLowerInvariant();
        var (architecture, normalVariant) = (Architecture.ToLowerInvariant(), variant) switch
        {
            ("i386", _) => ("386", null),
            ("x86_64" or "x86-64" or "amd64", "v1") => ("amd64", null),
            ("x86_64" or "x86-64", _) => ("amd64", variant),
            ("aarch64" or "arm64", "8" or "v8" or "v8.0") => ("arm64", null),
            ("aarch64", _) => ("arm64", variant),
            ("armhf", _) => ("arm", "v7"),
            ("armel", _) => ("arm", "v6"),
            ("arm", null or "7") => ("arm", "v7"),
            ("arm", "5" or "6" or "8") => ("arm", "v" + variant),
            var (other, otherVariant) => (other, otherVariant),
        };
        return this with { Os = os, Architecture = architecture, Variant = normalVariant };
    }

    /// <summary>Whether an image of platform <paramref name="candidate"/> is one for this platform: equal operating system, architecture and variant.</summary>
    public bool Matches(Platform candidate)
    {
        var (left, right) = (Normalize(), candidate.Normalize());
        return left.Os == right.Os && left.Architecture == right.Architecture && left.Variant == right.Variant;
    }

    /// <summary><c>os/arch</c> or <c>os/arch/variant</c>.</summary>
    public override string ToString() => string.IsNullOrEmpty(Variant) ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";

    private static bool IsKnownOs(string text) =>
        text is "linux" or "windows" or "darwin" or "macos" or "freebsd" or "netbsd" or "openbsd" or "solaris" or "aix" or "android" or "illumos" or "js" or "plan9" or "zos";
}
