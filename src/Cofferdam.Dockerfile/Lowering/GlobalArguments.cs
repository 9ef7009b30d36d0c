using System.Globalization;

namespace Cofferdam.Dockerfile;

/// <summary>Arguments that FROM lines see: the automatic ones and the ARGs before the first stage.</summary>
internal static class GlobalArguments
{
    /// <summary>Sets the context's global arguments and epoch, and tells of defaults that make no image name.</summary>
    public static async Task ApplyAsync(LoweringContext context, CancellationToken cancellationToken)
    {
        var text = context.Text;
        var target = context.Options.Target.Length > 0 ? context.Options.Target : text.Stages[^1].From.Name ?? "default";
        var automatic = Automatic(context, target);
        CheckDefaults(context, automatic);
        var arguments = Add(context, automatic, context.Options.BuildArguments, context.OutlineArguments);
        context.GlobalArguments = arguments;
        var isGiven = context.Options.BuildArguments.TryGetValue(SourceEpoch.Argument, out var epoch);
        if (isGiven || arguments.TryGet(SourceEpoch.Argument, out epoch))
        {
            context.Epoch = await SourceEpoch.FindAsync(context, epoch!, cancellationToken);
            SetEpoch(context, isGiven);
        }
    }

    // Steps see the time itself, not where it came from.
    private static void SetEpoch(LoweringContext context, bool isGiven)
    {
        var text = context.Epoch?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) ?? string.Empty;
        if (isGiven)
        {
            context.Options = context.Options with { BuildArguments = context.Options.BuildArguments.SetItem(SourceEpoch.Argument, text) };
        }

        if (context.GlobalArguments.TryGet(SourceEpoch.Argument, out _))
        {
            context.GlobalArguments = context.GlobalArguments.Set(SourceEpoch.Argument, text);
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
}
