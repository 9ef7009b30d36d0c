using System.Text.RegularExpressions;

namespace Cofferdam.Dockerfile;

/// <summary>Makes a secret mount of a credential file that is copied for RUNs to use.</summary>
internal sealed class CredentialFileFix(FixedFile file)
{
    private static readonly CheckRule Rule = CheckRules.CredentialFileCopied;

    public FixStep? Apply()
    {
        foreach (var stage in file.Text.Stages)
        {
            foreach (var instruction in stage.Instructions)
            {
                var (sources, flags) = instruction switch
                {
                    Instruction.Copy { Flags.From.Length: 0 } copy => (copy.Sources, copy.Flags),
                    Instruction.Add add => (add.Sources, add.Flags),
                    _ => (null, null),
                };
                if (sources?.Paths.FirstOrDefault(path => CredentialFile.IsMeant(path, sources.Destination)) is { } source && file.Allows(Rule, instruction)
                    && Fix(stage, instruction, sources, flags!, source) is { } step)
                {
                    return step;
                }
            }
        }

        return null;
    }

    private FixStep? Leave(Instruction instruction, string source, string reason)
    {
        file.Left.Add(new FixNote(instruction.Source.Lines.Start, Rule.Name, $"{source}: {reason}"));
        return null;
    }

    private FixStep? Fix(StageText stage, Instruction copy, CopySources sources, CopyFlags flags, string source)
    {
        if (source.Contains('$', StringComparison.Ordinal) || UnixPath.HasWildcards(source) || source.Contains("://", StringComparison.Ordinal) || source.EndsWith('/'))
        {
            return Leave(copy, source, "which files it is cannot be told from the text");
        }

        if (CredentialFile.IsDirectory(source))
        {
            return Leave(copy, source, "it is a directory: mount the files of it that steps need, one by one");
        }

        if (flags.Owner.Length > 0 || flags.KeepsParents || !sources.Documents.IsEmpty)
        {
            return Leave(copy, source, "--chown, --parents or a document beside it have no equal in a mount");
        }

        if (FilePlace.Find(file.Text, stage, copy, source, sources) is not { } place)
        {
            return Leave(copy, source, "where it is copied to cannot be told: the working directory is the base image's, or it may be a directory");
        }

        var later = file.After(stage, copy);
        var runs = later.OfType<Instruction.Run>().Where(run => place.Spellings.Any(SecretChecks.Text(run).Contains) || RunUse.MayRead(run, source)).ToList();
        var edits = runs.Select(run => (Run: run, Text: RunCleanup.Remove(file.TextOf(run), SecretChecks.Commands(run), place))).ToList();
        if (FindHindrance(stage, later, edits, place) is { } hindrance)
        {
            return Leave(copy, source, hindrance);
        }

        var mounted = edits.Where(edit => edit.Text is { Length: > 0 }).ToList();
        if (mounted.Count == 0)
        {
            return Leave(copy, source, "no RUN after it uses it; what a container needs is given when it runs");
        }

        var id = UnixPath.Base(source).TrimStart('.');
        var mount = $"type=secret,id={id},target={place.Path}{(IsOtherUser(stage, copy, later) ? ",mode=0444" : string.Empty)}";
        foreach (var (run, text) in edits.OrderByDescending(edit => edit.Run.Source.Lines.Start))
        {
            file.Replace(run, text is { Length: > 0 } kept && !run.Mounts.Any(known => MountText.IsSecret(known) && MountText.SecretTarget(known) == place.Path) ? FixedFile.WithMount(kept, mount) : text ?? string.Empty);
        }

        RemoveSource(copy, sources, source);
        var notes = edits.Select(edit => new FixNote(edit.Run.Source.Lines.Start, Rule.Name, edit.Text is { Length: > 0 } ? $"RUN gets {source} as secret {id} at {place.Path}" : $"RUN that only handled {place.Path} is gone"));
        return new FixStep([new FixNote(copy.Source.Lines.Start, Rule.Name, $"{copy.Source.Keyword} no longer copies {source}"), .. notes], [new NeededSecret(id, UnixPath.Clean(source.TrimStart('/')), null)]);
    }

    private string? FindHindrance(StageText stage, List<Instruction> later, List<(Instruction.Run Run, string? Text)> edits, FilePlace place)
    {
        if (edits.FirstOrDefault(edit => edit.Text is null).Run is { } changing)
        {
            return $"line {changing.Source.Lines.Start} changes, moves or copies it, which a mount does not let it do";
        }

        var others = later.Where(item => item is Instruction.Cmd or Instruction.Entrypoint or Instruction.Healthcheck or Instruction.Env && place.Spellings.Any(item.Source.Code.Contains)).ToList();
        if (others.Count > 0)
        {
            return $"line {others[0].Source.Lines.Start} names it for when the container runs";
        }

        var taken = file.Text.Stages.SelectMany(item => item.Instructions).OfType<Instruction.Copy>()
            .FirstOrDefault(copy => copy.Flags.From.Length > 0 && copy.Flags.From.Equals(stage.From.Name, StringComparison.OrdinalIgnoreCase) && copy.Sources.Paths.Contains(place.Path));
        return taken is null ? null : $"line {taken.Source.Lines.Start} copies it into another stage";
    }

    // A secret's file is root's.
    private static bool IsOtherUser(StageText stage, Instruction copy, List<Instruction> later) =>
        stage.Instructions.TakeWhile(item => item != copy).Concat(later).OfType<Instruction.User>().Any(user => user.Name is not ("root" or "0" or "0:0" or "root:root"));

    private void RemoveSource(Instruction copy, CopySources sources, string source)
    {
        if (sources.Paths.Length == 1)
        {
            file.Remove(copy);
            return;
        }

        var text = file.TextOf(copy);
        var isJson = text.Contains('[', StringComparison.Ordinal);
        var pattern = isJson ? $@"""{Regex.Escape(source)}""\s*,\s*" : $@"(?<=\s){Regex.Escape(source)}[ \t]+(?:\\\r?\n[ \t]*)?";
        var changed = Regex.Replace(text, pattern, string.Empty, RegexOptions.None, TimeSpan.FromSeconds(1));
        file.Replace(copy, changed == text ? Regex.Replace(text, $@"[ \t]*{Regex.Escape(source)}(?=\s)", string.Empty, RegexOptions.None, TimeSpan.FromSeconds(1)) : changed);
    }
}
