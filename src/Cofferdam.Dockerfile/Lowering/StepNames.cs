using System.Globalization;

namespace Cofferdam.Dockerfile;

/// <summary>What users see of steps.</summary>
internal static class StepNames
{
    /// <summary>A text with <c>[stage 2/5] </c> before it; counts the step.</summary>
    public static string Prefix(LoweringContext context, Stage stage, string text, Platform platform, EnvironmentList? variables = null)
    {
        if (stage.StepCount == 0)
        {
            return text;
        }

        var name = "[";
        if (context.Options.IsMultiPlatform)
        {
            name += platform + Cross(platform, FindTarget(variables ?? EnvironmentList.Empty)) + " ";
        }

        if (stage.DisplayName.Length > 0)
        {
            name += stage.DisplayName + " ";
        }

        stage.StepIndex++;
        var count = stage.StepCount.ToString(CultureInfo.InvariantCulture);
        name += $"{stage.StepIndex.ToString(CultureInfo.InvariantCulture).PadLeft(count.Length)}/{count}] ";
        return name + (stage.IsInTrigger ? "ONBUILD " : string.Empty) + text;
    }

    /// <summary>The text of an instruction, its keyword in upper case and its variables replaced where they can be.</summary>
    public static string Of(WordExpander expander, string code, EnvironmentList variables)
    {
        string text;
        try
        {
            text = expander.Expand(code, variables).Text;
        }
        catch (CofferdamException)
        {
            text = code;
        }

        var end = text.IndexOf(' ', StringComparison.Ordinal);
        return end < 0 ? text.ToUpperInvariant() : text[..end].ToUpperInvariant() + text[end..];
    }

    private static string Cross(Platform platform, Platform? target) => target switch
    {
        null => string.Empty,
        _ when target.Os != platform.Os => "->" + target,
        _ when target.Architecture != platform.Architecture => "->" + target.Architecture + (target.Variant is null ? string.Empty : "/" + target.Variant),
        _ => string.Empty,
    };

    // A stage that knows what it builds for shows it.
    private static Platform? FindTarget(EnvironmentList variables)
    {
        if (variables.TryGet("TARGETPLATFORM", out var text) && Platform.TryParse(text, out var platform))
        {
            return platform;
        }

        return variables.TryGet("TARGETOS", out var os) && variables.TryGet("TARGETARCH", out var architecture) && os.Length > 0 && architecture.Length > 0
            ? new Platform { Os = os, Architecture = architecture, Variant = variables.TryGet("TARGETVARIANT", out var variant) ? variant : null }.Normalize()
            : null;
    }
}
