using System.Globalization;

namespace Cofferdam.Dockerfile;

/// <summary>Arguments that FROM lines see: the automatic ones and the ARGs before the first stage.</summary>
internal static class GlobalArguments
{
    /// <summary>Sets the context's global arguments and epoch, and tells of defaults that make no image name.</summary>
    public static void Apply(LoweringContext context)
    {
        var text = context.Text;
        var target = context.Options.Target.Length > 0 ? context.Options.Target : text.Stages[^1].From.Name ?? "default";
        var automatic = Automatic(context, target);
        CheckDefaults(context, automatic);
        var arguments = Add(context, automatic, context.Options.BuildArguments, context.OutlineArguments);
        context.GlobalArguments = arguments;
        if (context.Options.BuildArguments.TryGetValue("SOURCE_DATE_EPOCH", out var epoch) || arguments.TryGet("SOURCE_DATE_EPOCH", out epoch))
        {
            context.Epoch = ReadEpoch(epoch);
        }
    }

    private static EnvironmentList Automatic(LoweringContext context, string target)
    {
        var (build, wanted) = (context.BuildPlatform, context.TargetPlatform);
        var list = EnvironmentList.Empty;
        foreach (var (name, value) in new[]
        {
            ("BUILDPLATFORM", build.ToString()),
            ("BUILDOS", build.Os),
            ("BUILDOSVERSION", build.OsVersion),
            ("BUILDARCH", build.Architecture),
            ("BUILDVARIANT", build.Variant),
            ("TARGETPLATFORM", wanted.ToString()),
            ("TARGETOS", wanted.Os),
            ("TARGETOSVERSION", wanted.OsVersion),
            ("TARGETARCH", wanted.Architecture),
            ("TARGETVARIANT", wanted.Variant),
            ("TARGETSTAGE", target),
        })
        {
            list = list.Set(name, context.Options.BuildArguments.GetValueOrDefault(name) ?? value ?? string.Empty);
        }

        return list;
    }

    private static EnvironmentList Add(LoweringContext context, EnvironmentList list, IReadOnlyDictionary<string, string> given, Dictionary<string, OutlineArgument>? outline)
    {
        foreach (var instruction in context.Text.Arguments)
        {
            try
            {
                foreach (var argument in instruction.Arguments)
                {
                    var value = given.TryGetValue(argument.Key, out var known) ? known : argument.Value is null ? null : context.Expander.Expand(argument.Value, list).Text;
                    list = value is null ? list : list.Set(argument.Key, value);
                    outline?[argument.Key] = new OutlineArgument(argument.Key, value ?? string.Empty, argument.Description, instruction.Source.Lines);
                }
            }
            catch (CofferdamException error)
            {
                throw context.Text.Source.Locate(error, instruction.Source.Lines);
            }
        }

        return list;
    }

    // Images must have names even where no build argument is given.
    private static void CheckDefaults(LoweringContext context, EnvironmentList automatic)
    {
        try
        {
            var defaults = Add(context, automatic, ImmutableDictionary<string, string>.Empty, null);
            foreach (var from in context.Text.Stages.Select(stage => stage.From).Where(from => !ImageReference.TryParse(context.Expander.Expand(from.Image, defaults).Text, out _)))
            {
                context.Linter.For(from.Source.Comments).Run(CheckRules.InvalidDefaultArgInFrom, from.Source.Lines, from.Image);
            }
        }
        catch (CofferdamException)
        {
            // Told of where the arguments are read in earnest, if it is still wrong with those given.
        }
    }

    private static DateTimeOffset? ReadEpoch(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < 253402300800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new InvalidInputException($"invalid SOURCE_DATE_EPOCH: {Quote.Text(text)} is no number") { Hint = "give it as seconds since 1970" };
    }
}
