using System.Collections.Immutable;

namespace Cofferdam.Protocol.Llb;

/// <summary>Copies, makes or removes files, one change after the other.</summary>
public sealed class FileNode(LlbOutput? root, ImmutableArray<FileStep> steps, NodeOptions options) : LlbNode(options)
{
    internal override IEnumerable<LlbOutput?> Inputs => steps.Select(step => step.Source).Prepend(root);

    internal override Op CreateOp(Func<LlbOutput, Input?> resolve)
    {
        var op = new Op { File = new FileOp(), Constraints = new WorkerConstraints() };
        var rootIndex = AddInput(op, root, resolve);
        var sources = steps.Select(step => AddInput(op, step.Source, resolve)).ToArray();
        for (var i = 0; i < steps.Length; i++)
        {
            var action = steps[i].Action.Clone();
            action.Input = i == 0 ? rootIndex : op.Inputs.Count + i - 1;
            action.SecondaryInput = sources[i];
            action.Output = i == steps.Length - 1 ? 0 : -1;
            SetOwnerInput(action, rootIndex);
            op.File.Actions.Add(action);
        }

        return op;
    }

    // Names of users are looked up in the root that is changed.
    private static void SetOwnerInput(FileAction action, long index)
    {
        var owner = action.Copy?.Owner ?? action.Mkdir?.Owner ?? action.Mkfile?.Owner;
        foreach (var part in new[] { owner?.User, owner?.Group })
        {
            if (part?.ByName is { } name)
            {
                name.Input = index;
            }
        }
    }
}
