using System.Globalization;

namespace Cofferdam.Dockerfile;

/// <summary>Understands HEALTHCHECK.</summary>
internal static class HealthcheckParser
{
    private const long Minimum = 1_000_000; // a millisecond

    public static Instruction.Healthcheck Parse(RawInstruction raw, InstructionSource source)
    {
        var end = raw.Arguments.IndexOfAny([' ', '\t', '\v', '\f', '\r']);
        var kind = (end < 0 ? raw.Arguments : raw.Arguments[..end]).ToUpperInvariant();
        var rest = end < 0 ? string.Empty : raw.Arguments[end..].TrimStart();
        switch (kind)
        {
            case "":
                throw DockerfileError.Syntax("HEALTHCHECK requires at least one argument", InstructionUsage.Of(raw.Name));
            case "NONE" when rest.Length > 0:
                throw DockerfileError.Syntax("HEALTHCHECK NONE takes no arguments", InstructionUsage.Of(raw.Name));
            case "NONE":
                InstructionFlags.Parse(raw.Flags);
                return new Instruction.Healthcheck(source, new HealthConfig { Test = ["NONE"] });
            case "CMD":
                break;
            default:
                throw DockerfileError.Syntax($"Unknown type {Quote.Text(kind)} in HEALTHCHECK (try CMD)", InstructionUsage.Of(raw.Name));
        }

        var flags = InstructionFlags.Parse(
            raw.Flags,
            ("interval", FlagKind.Text),
            ("timeout", FlagKind.Text),
            ("start-period", FlagKind.Text),
            ("start-interval", FlagKind.Text),
            ("retries", FlagKind.Text));
        var isExec = ArgumentReader.TryReadJson(rest, out var arguments);
        if (isExec ? arguments.IsEmpty : rest.Length == 0)
        {
            throw DockerfileError.Syntax("Missing command after HEALTHCHECK CMD", InstructionUsage.Of(raw.Name));
        }

        return new Instruction.Healthcheck(source, new HealthConfig
        {
            Test = isExec ? ["CMD", .. arguments] : ["CMD-SHELL", rest],
            Interval = ReadTime(flags, "interval"),
            Timeout = ReadTime(flags, "timeout"),
            StartPeriod = ReadTime(flags, "start-period"),
            StartInterval = ReadTime(flags, "start-interval"),
            Retries = ReadRetries(flags.Text("retries")),
        });
    }

    private static long? ReadTime(InstructionFlags flags, string name)
    {
        var text = flags.Text(name);
        if (text.Length == 0)
        {
            return null;
        }

        if (!GoDuration.TryParse(text, out var value))
        {
            throw DockerfileError.Syntax(GoDuration.Refuse(text), $"write --{name}=30s");
        }

        return value switch
        {
            0 => null,
            < Minimum => throw DockerfileError.Syntax($"Interval {Quote.Text(name)} cannot be less than 1ms", $"write --{name}=30s"),
            _ => value,
        };
    }

    private static int? ReadRetries(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var retries))
        {
            throw DockerfileError.Syntax($"strconv.ParseInt: parsing {Quote.Text(text)}: invalid syntax", "write --retries=3");
        }

        return retries switch
        {
            < 0 => throw DockerfileError.Syntax($"--retries cannot be negative ({retries})", "write --retries=3"),
            0 => null,
            _ => retries,
        };
    }
}
