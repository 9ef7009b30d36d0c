using Cofferdam.Linux;
using Platform = Cofferdam.Protocol.Llb.Platform;

namespace Cofferdam.Engine;

/// <summary>Tells of steps for platforms whose programs this machine doesn't run.</summary>
internal static class ForeignProgram
{
    private const int NotExecutable = 126;

    /// <summary>What to do about a program that could not be executed; null when the platform is not the reason.</summary>
    public static string? Explain(Platform? wanted, int exitCode)
    {
        if (exitCode != NotExecutable || wanted is null)
        {
            return null;
        }

        var platform = new Model.Platform { Os = wanted.OS, Architecture = wanted.Architecture, Variant = wanted.Variant }.Normalize();
        var runnable = HostPlatforms.Find();
        return runnable.Any(platform.Matches)
            ? null
            : (Model.Platform.FindNear(platform.ToString()) is { } near ? $"did you mean {near}? " : string.Empty)
                + $"the step is for {platform} and this machine runs programs for {string.Join(", ", runnable)} only: "
                + "install an emulator that registers with binfmt_misc, for example the package qemu-user-static, or run the step with FROM --platform=$BUILDPLATFORM";
    }
}
