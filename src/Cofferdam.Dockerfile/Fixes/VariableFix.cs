namespace Cofferdam.Dockerfile;

/// <summary>Makes a secret of an ARG or ENV that has one and that only RUNs use.</summary>
internal sealed class VariableFix(FixedFile file)
{
    private static readonly CheckRule Rule = CheckRules.SecretsUsedInArgOrEnv;

    public FixStep? Apply()
    {
        // ENV first: most take their value from an ARG, which then is free.
        var all = file.Text.Stages.SelectMany(stage => stage.Instructions.Select(instruction => (Stage: stage, Instruction: instruction))).ToList();
        foreach (var (stage, instruction) in all.Where(item => item.Instruction is Instruction.Env env && env.Pairs.Any(pair => TextChecks.IsSecretName(pair.Key))))
        {
            if (file.Allows(Rule, instruction) && FixEnv(stage, (Instruction.Env)instruction) is { } step)
            {
                return step;
            }
        }

        var names = file.Text.Arguments.Concat(all.Select(item => item.Instruction).OfType<Instruction.Arg>()).Where(argument => file.Allows(Rule, argument)).SelectMany(argument => argument.Arguments).Select(item => item.Key);
        return names.Distinct().Where(TextChecks.IsSecretName).Select(FixArgument).FirstOrDefault(step => step is not null);
    }

    private FixStep? Leave(Instruction instruction, string name, string reason)
    {
        file.Left.Add(new FixNote(instruction.Source.Lines.Start, Rule.Name, $"{instruction.Source.Keyword.ToUpperInvariant()} {name}: {reason}"));
        return null;
    }

    private FixStep? FixEnv(StageText stage, Instruction.Env env)
    {
        var name = env.Pairs.First(pair => TextChecks.IsSecretName(pair.Key)).Key;
        if (env.Pairs.Length > 1)
        {
            return Leave(env, name, "other variables are set beside it: give it an ENV of its own");
        }

        var later = file.After(stage, env);
        var users = later.Where(item => item is not Instruction.Run && RunUse.Mentions(item.Source.Code, name)).ToList();
        if (users.Count > 0)
        {
            return Leave(env, name, $"line {users[0].Source.Lines.Start} uses it, and a secret can be given to RUN only");
        }

        if (!later.OfType<Instruction.Run>().Any(run => RunUse.Names(run, name)))
        {
            return Leave(env, name, "no RUN names it; what a container needs is given when it runs (-e)");
        }

        return Rewrite(name, SourceOf(env.Pairs[0].Value) ?? name, later.OfType<Instruction.Run>().ToList(), [env], $"ENV {name} is gone: the image no longer sets it for containers either{Warning(env.Pairs[0].Value)}");
    }

    private FixStep? FixArgument(string name)
    {
        var stages = file.Text.Stages.Select(stage => (Stage: stage, Argument: stage.Instructions.OfType<Instruction.Arg>().FirstOrDefault(item => item.Arguments.Any(argument => argument.Key == name))))
            .Where(item => item.Argument is not null).ToList();
        var arguments = file.Text.Arguments.Concat(file.Text.Stages.SelectMany(stage => stage.Instructions).OfType<Instruction.Arg>()).Where(item => item.Arguments.Any(argument => argument.Key == name)).ToList();
        var first = arguments[0];
        if (arguments.Find(item => item.Arguments.Length > 1) is { } crowded)
        {
            return Leave(crowded, name, "other arguments are declared beside it: give it an ARG of its own");
        }

        var scope = stages.SelectMany(item => file.After(item.Stage, item.Argument!)).Distinct().ToList();
        var users = scope.Concat(file.Text.Stages.Select(stage => stage.From)).Concat(file.Text.Arguments)
            .Where(item => item is not Instruction.Run && !arguments.Contains(item) && RunUse.Mentions(item.Source.Code, name)).ToList();
        if (users.Count > 0)
        {
            return Leave(first, name, $"line {users[0].Source.Lines.Start} uses it, and a secret can be given to RUN only");
        }

        var runs = scope.OfType<Instruction.Run>().ToList();
        return runs.Any(run => RunUse.Names(run, name))
            ? Rewrite(name, name, runs, [.. arguments], $"ARG {name} is gone{Warning(string.Concat(arguments.Select(item => item.Arguments[0].Value)))}")
            : Leave(first, name, "no RUN names it; remove it, or say which step needs it");
    }

    // ENV A=$B takes B's value.
    private static string? SourceOf(string value)
    {
        var name = value.Trim('"').TrimStart('$').Trim('{', '}');
        return value.Trim('"').StartsWith('$') && name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? name : null;
    }

    private static string Warning(string value) => Placeholder.Is(value) ? string.Empty : "; the value that stood there is in the file's history: take it out of use";

    private FixStep? Rewrite(string name, string source, List<Instruction.Run> runs, ImmutableArray<Instruction> removed, string note)
    {
        var users = runs.Where(run => RunUse.Names(run, name) || RunUse.MayReadVariables(run)).ToList();
        foreach (var run in users)
        {
            if (RunUse.Keeps(run, name) is { } reason)
            {
                return Leave(removed[0], name, $"line {run.Source.Lines.Start}: {reason}");
            }
        }

        // Beside those that name it, programs may read it from the environment.
        var id = source.ToLowerInvariant();
        var notes = new List<FixNote> { new(removed[0].Source.Lines.Start, Rule.Name, note) };
        foreach (var instruction in users.Concat(removed).Distinct().OrderByDescending(item => item.Source.Lines.Start))
        {
            if (instruction is not Instruction.Run run)
            {
                file.Remove(instruction);
            }
            else if (!run.Mounts.Any(mount => MountText.IsSecret(mount) && MountText.Value(mount, "env") == name))
            {
                file.Replace(run, FixedFile.WithMount(file.TextOf(run), $"type=secret,id={id},env={name}"));
                notes.Insert(1, new FixNote(run.Source.Lines.Start, Rule.Name, $"RUN gets secret {id} as {name}"));
            }
        }

        return new FixStep(notes, [new NeededSecret(id, null, source)]);
    }
}
