using System.Text;
using Cofferdam.Protocol.Llb;

namespace Cofferdam.UnitTests.Dockerfile;

/// <summary>A definition as text that people can read and compare.</summary>
internal static class LlbText
{
    public static string Dump(Definition definition)
    {
        var graph = DefinitionReader.Read(definition);
        var numbers = graph.Operations.Select((operation, index) => (operation.Digest, index)).ToDictionary(item => item.Digest, item => item.index);
        var text = new StringBuilder();
        foreach (var operation in graph.Operations)
        {
            var name = operation.Metadata!.Description.TryGetValue("llb.customname", out var custom) ? custom : "-";
            text.Append($"{numbers[operation.Digest]}: {name}{(operation.Metadata.IgnoreCache ? " (no cache)" : string.Empty)}\n");
            var inputs = operation.Inputs.Select(input => $"{numbers[input.Digest]}").ToArray();
            Write(text, operation.Op, inputs);
        }

        return text.ToString().TrimEnd('\n');
    }

    private static void Write(StringBuilder text, Op op, string[] inputs)
    {
        switch (op.OpCase)
        {
            case Op.OpOneofCase.Source:
                var attributes = op.Source.Attrs.Where(item => item.Key != "local.unique").Select(item => $" {item.Key}={item.Value}");
                text.Append($"   source {Shorten(op.Source.Identifier)}{string.Concat(attributes)}\n");
                break;
            case Op.OpOneofCase.Exec:
                var meta = op.Exec.Meta;
                text.Append($"   exec [{string.Join("|", meta.Args)}] env [{string.Join("|", meta.Env)}] cwd {meta.Cwd} user '{meta.User}' net {op.Exec.Network} {op.Exec.Security}\n");
                foreach (var mount in op.Exec.Mounts)
                {
                    text.Append($"     {mount.MountType} {mount.Dest} from {Input(mount.Input)}{mount.Selector} out {mount.Output}{(mount.Readonly ? " ro" : string.Empty)}{Options(mount)}\n");
                }

                foreach (var secret in op.Exec.Secretenv)
                {
                    text.Append($"     variable {secret.Name}={secret.ID}{(secret.Optional ? " optional" : string.Empty)}\n");
                }

                break;
            case Op.OpOneofCase.File:
                foreach (var action in op.File.Actions)
                {
                    text.Append($"   {action.ActionCase} {action.Input},{action.SecondaryInput}->{action.Output} of [{string.Join(",", inputs)}] {Describe(action)}\n");
                }

                break;
            case Op.OpOneofCase.Merge:
                text.Append($"   merge {string.Join(",", op.Merge.Inputs.Select(input => inputs[input.Input]))}\n");
                break;
        }

        string Input(long index) => index < 0 ? "-" : inputs[index];
    }

    private static string Shorten(string identifier) => identifier.IndexOf("@sha256:", StringComparison.Ordinal) is > 0 and var at ? identifier[..at] + "@…" : identifier;

    private static string Options(Mount mount) => mount.MountType switch
    {
        MountType.Cache => $" id {mount.CacheOpt.ID} {mount.CacheOpt.Sharing}",
        MountType.Tmpfs => $" size {mount.TmpfsOpt.Size}",
        MountType.Secret => $" id {mount.SecretOpt.ID} {mount.SecretOpt.Uid}:{mount.SecretOpt.Gid} {Convert.ToString(mount.SecretOpt.Mode, 8)}{(mount.SecretOpt.Optional ? " optional" : string.Empty)}",
        MountType.Ssh => $" id '{mount.SSHOpt.ID}' {Convert.ToString(mount.SSHOpt.Mode, 8)}{(mount.SSHOpt.Optional ? " optional" : string.Empty)}",
        _ => string.Empty,
    };

    private static string Describe(FileAction action) => action.ActionCase switch
    {
        FileAction.ActionOneofCase.Copy => Describe(action.Copy),
        FileAction.ActionOneofCase.Mkdir => $"{action.Mkdir.Path} {Convert.ToString(action.Mkdir.Mode, 8)}{(action.Mkdir.MakeParents ? " parents" : string.Empty)}{Owner(action.Mkdir.Owner)}",
        FileAction.ActionOneofCase.Mkfile => $"{action.Mkfile.Path} {Convert.ToString(action.Mkfile.Mode, 8)} {Cofferdam.Model.Quote.Text(action.Mkfile.Data.ToStringUtf8())}",
        _ => string.Empty,
    };

    private static string Describe(FileActionCopy copy)
    {
        var flags = new[]
        {
            (copy.FollowSymlink, "follow"), (copy.DirCopyContents, "contents"), (copy.AttemptUnpackDockerCompatibility, "unpack"),
            (copy.CreateDestPath, "create"), (copy.AllowWildcard, "wildcard"), (copy.AllowEmptyWildcard, "empty"),
        }.Where(flag => flag.Item1).Select(flag => flag.Item2);
        var mode = copy.ModeStr.Length > 0 ? " mode " + copy.ModeStr : copy.Mode >= 0 ? " mode " + Convert.ToString(copy.Mode, 8) : string.Empty;
        var patterns = string.Concat(copy.IncludePatterns.Select(item => " +" + item)) + string.Concat(copy.ExcludePatterns.Select(item => " -" + item)) + string.Concat(copy.RequiredPaths.Select(item => " !" + item));
        return $"{copy.Src} -> {copy.Dest} {string.Join('+', flags)}{mode}{Owner(copy.Owner)}{patterns}";
    }

    private static string Owner(ChownOpt? owner) => owner is null ? string.Empty : $" owner {Part(owner.User)}:{Part(owner.Group)}";

    private static string Part(UserOpt? part) => part?.UserCase switch
    {
        UserOpt.UserOneofCase.ByName => $"{part.ByName.Name}@{part.ByName.Input}",
        UserOpt.UserOneofCase.ByID => $"{part.ByID}",
        _ => string.Empty,
    };
}
