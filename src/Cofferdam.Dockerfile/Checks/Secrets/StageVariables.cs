namespace Cofferdam.Dockerfile;

/// <summary>Names of ARG and ENV that a stage's commands see: their values stay in the image's history or config.</summary>
internal sealed class StageVariables
{
    private readonly Dictionary<string, HashSet<string>> _stages = new(StringComparer.OrdinalIgnoreCase);
    private HashSet<string> _names = [];

    /// <summary>Begins a stage; it sees those of the stage it is based on.</summary>
    public void Begin(Instruction.From from)
    {
        _names = _stages.TryGetValue(from.Image, out var known) ? [.. known] : [];
        if (from.Name is not null)
        {
            _stages[from.Name] = _names;
        }
    }

    public void Add(Instruction instruction)
    {
        switch (instruction)
        {
            case Instruction.Arg argument:
                _names.UnionWith(argument.Arguments.Select(item => item.Key));
                break;
            case Instruction.Env env:
                _names.UnionWith(env.Pairs.Select(pair => pair.Key));
                break;
        }
    }

    /// <summary>Whether the value that a command sees comes from ARG or ENV, and not from a secret of that command.</summary>
    public bool Stays(string name, Instruction instruction) =>
        _names.Contains(name) && (instruction is not Instruction.Run run || !run.Mounts.Any(mount => MountText.IsSecret(mount) && MountText.Value(mount, "env") == name));
}
