using System.Text;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;

namespace Cofferdam.Engine;

/// <summary>The digests of operations, as BuildKit makes them (solver/llbsolver/ops): equal ones make caches of either good for the other.</summary>
internal static class OperationDigests
{
    /// <summary>A process. What does not change the result is left out: addresses of hosts, proxies, ids of caches, what is selected of inputs.</summary>
    public static Digest Of(ExecOp exec, Protocol.Llb.Platform? platform)
    {
        var host = Model.Platform.Host;
        return Digest.Of(GoJson.Object(json => json
            .RequiredText("Type", "buildkit.exec.v0")
            .Value("Exec", Json(exec))
            .RequiredText("OS", platform?.OS ?? host.Os)
            .RequiredText("Arch", platform?.Architecture ?? host.Architecture)
            .Text("Variant", platform?.Variant ?? host.Variant ?? string.Empty)
            .Text("OSVersion", platform?.OSVersion ?? string.Empty)
            .Texts("OSFeatures", platform?.OSFeatures ?? [])));
    }

    /// <summary>A list of file actions, each as its message's JSON with the source's directory left out: only the content found there counts.</summary>
    /// <param name="file">The actions.</param>
    /// <param name="inputCount">How many inputs the operation has; a source beyond them is one of its own intermediate results, which is named whole.</param>
    public static Digest Of(FileOp file, int inputCount) => Digest.Of(GoJson.Object(json => json
        .RequiredText("Type", "buildkit.file.v0")
        .Value("Actions", GoJson.Array(file.Actions.Select(action => Encoded(Encoding.UTF8.GetBytes(Json(action, inputCount))))))
        .List("indexes", HasUsualIndexes(file) ? [] : file.Actions.Select(action => $"[{action.Input},{action.SecondaryInput},{action.Output}]"))));

    /// <summary>A merge.</summary>
    public static Digest Of(MergeOp merge) => Digest.Of(GoJson.Object(json => json
        .RequiredText("Type", "buildkit.merge.v0")
        .Value("Merge", GoJson.Object(members => members.List("inputs", merge.Inputs.Select(input => Input(input.Input)))))));

    /// <summary>A difference.</summary>
    public static Digest Of(DiffOp diff) => Digest.Of(GoJson.Object(json => json
        .RequiredText("Type", "buildkit.diff.v0")
        .Value("Diff", GoJson.Object(members => members
            .Value("lower", diff.Lower is { } lower ? Input(lower.Input) : null)
            .Value("upper", diff.Upper is { } upper ? Input(upper.Input) : null)))));

    /// <summary>A source, by what names its content.</summary>
    public static Digest OfSource(string key) => Digest.Of("buildkit.source.v0:" + key);

    private static string Input(long input) => GoJson.Object(json => json.Number("input", input));

    private static string Json(ExecOp exec) => GoJson.Object(json => json
        .Value("meta", Json(exec.Meta))
        .List("mounts", IsRootAlone(exec) ? [] : exec.Mounts.Select(Json))
        .Number("network", (long)exec.Network)
        .Number("security", (long)exec.Security)
        .List("secretenv", exec.Secretenv.Select(secret => GoJson.Object(members => members.Text("ID", secret.ID).Text("name", secret.Name).Flag("optional", secret.Optional))))
        .List("cdiDevices", exec.CdiDevices.Select(device => GoJson.Object(members => members.Text("name", device.Name).Flag("optional", device.Optional)))));

    private static string Json(Meta meta) => GoJson.Object(json => json
        .Texts("args", meta.Args)
        .Texts("env", meta.Env)
        .Text("cwd", meta.Cwd)
        .Text("user", meta.User)
        .List("extraHosts", meta.ExtraHosts.Select(host => GoJson.Object(members => members.Text("Host", host.Host))))
        .Text("hostname", meta.Hostname)
        .List("ulimit", meta.Ulimit.Select(limit => GoJson.Object(members => members.Text("Name", limit.Name).Number("Soft", limit.Soft).Number("Hard", limit.Hard))))
        .Text("cgroupParent", meta.CgroupParent)
        .Flag("removeMountStubsRecursive", meta.RemoveMountStubsRecursive)
        .List("validExitCodes", meta.ValidExitCodes.Select(code => $"{code}")));

    // Where the root is all that is mounted the mounts are left out, as by versions of old.
    private static bool IsRootAlone(ExecOp exec) => exec.Mounts is
        [{ Dest: "/", Readonly: false, MountType: MountType.Bind, CacheOpt: null, SSHOpt: null, SecretOpt: null, ResultID.Length: 0 }];

    private static string Json(Mount mount) => GoJson.Object(json => json
        .Number("input", mount.Input)
        .Text("dest", mount.Dest)
        .Number("output", mount.Output)
        .Flag("readonly", mount.Readonly)
        .Number("mountType", (long)mount.MountType)
        .Value("TmpfsOpt", mount.TmpfsOpt is { } tmpfs ? GoJson.Object(members => members.Number("size", tmpfs.Size)) : null)
        .Value("cacheOpt", mount.CacheOpt is { } cache ? Json(cache, mount.Dest) : null)
        .Value("secretOpt", mount.SecretOpt is { } secret ? Json(secret.ID, secret.Uid, secret.Gid, secret.Mode, secret.Optional) : null)
        .Value("SSHOpt", mount.SSHOpt is { } ssh ? Json(ssh.ID, ssh.Uid, ssh.Gid, ssh.Mode, ssh.Optional) : null)
        .Text("resultID", mount.ResultID)
        .Number("contentCache", (long)mount.ContentCache));

    // The usual id of a Dockerfile's cache, its path or that in a namespace, stays in, as by versions of old.
    private static string Json(CacheOpt cache, string path)
    {
        var isUsual = cache.Sharing == CacheSharingOpt.Shared && (cache.ID == path || (cache.ID.Split('/', 2) is [_, var rest] && rest == path));
        return isUsual ? GoJson.Object(json => json.Text("ID", cache.ID)) : "{}";
    }

    private static string Json(string id, uint uid, uint gid, uint mode, bool isOptional) => GoJson.Object(json => json
        .Text("ID", id).Number("uid", uid).Number("gid", gid).Number("mode", mode).Flag("optional", isOptional));

    private static string Json(FileAction action, int inputCount) => action.ActionCase switch
    {
        FileAction.ActionOneofCase.Copy => Json(action.Copy, action.SecondaryInput >= 0 && action.SecondaryInput < inputCount ? NameOf(action.Copy.Src) : action.Copy.Src),
        FileAction.ActionOneofCase.Mkfile => GoJson.Object(json => json
            .Text("path", action.Mkfile.Path)
            .Number("mode", action.Mkfile.Mode)
            .Value("data", action.Mkfile.Data.IsEmpty ? null : Encoded(action.Mkfile.Data.Span))
            .Value("owner", Json(action.Mkfile.Owner))
            .Number("timestamp", action.Mkfile.Timestamp)),
        FileAction.ActionOneofCase.Mkdir => GoJson.Object(json => json
            .Text("path", action.Mkdir.Path)
            .Number("mode", action.Mkdir.Mode)
            .Flag("makeParents", action.Mkdir.MakeParents)
            .Value("owner", Json(action.Mkdir.Owner))
            .Number("timestamp", action.Mkdir.Timestamp)),
        FileAction.ActionOneofCase.Rm => GoJson.Object(json => json
            .Text("path", action.Rm.Path)
            .Flag("allowNotFound", action.Rm.AllowNotFound)
            .Flag("allowWildcard", action.Rm.AllowWildcard)),
        FileAction.ActionOneofCase.Symlink => GoJson.Object(json => json
            .Text("oldpath", action.Symlink.Oldpath)
            .Text("newpath", action.Symlink.Newpath)
            .Value("owner", Json(action.Symlink.Owner))
            .Number("timestamp", action.Symlink.Timestamp)),
        _ => string.Empty,
    };

    // The name under which files come is part of what is done; where they come from is not: only their content counts.
    private static string NameOf(string source) => source.Length == 0 ? "." : WorkingTree.BaseName(source.TrimEnd('/')) is { Length: > 0 } name ? name : "/";

    private static string Json(FileActionCopy copy, string source) => GoJson.Object(json => json
        .Text("src", source)
        .Text("dest", copy.Dest)
        .Value("owner", Json(copy.Owner))
        .Number("mode", copy.Mode)
        .Flag("followSymlink", copy.FollowSymlink)
        .Flag("dirCopyContents", copy.DirCopyContents)
        .Flag("attemptUnpackDockerCompatibility", copy.AttemptUnpackDockerCompatibility)
        .Flag("createDestPath", copy.CreateDestPath)
        .Flag("allowWildcard", copy.AllowWildcard)
        .Flag("allowEmptyWildcard", copy.AllowEmptyWildcard)
        .Number("timestamp", copy.Timestamp)
        .Texts("include_patterns", copy.IncludePatterns)
        .Texts("exclude_patterns", copy.ExcludePatterns)
        .Flag("alwaysReplaceExistingDestPaths", copy.AlwaysReplaceExistingDestPaths)
        .Text("modeStr", copy.ModeStr)
        .Texts("required_paths", copy.RequiredPaths));

    private static string? Json(ChownOpt? owner) => owner is null ? null : GoJson.Object(json => json.Value("user", Json(owner.User)).Value("group", Json(owner.Group)));

    private static string? Json(UserOpt? user) => user is null ? null : GoJson.Object(json => json.Value("User", GoJson.Object(members => members
        .Value("byName", user.ByName is { } named ? GoJson.Object(name => name.Text("name", named.Name).Number("input", named.Input)) : null)
        .Number("byId", user.UserCase == UserOpt.UserOneofCase.ByID ? user.ByID : 0))));

    private static string Encoded(ReadOnlySpan<byte> data) => "\"" + Convert.ToBase64String(data) + "\"";

    // Indexes came later: where each action works on what the one before made they are left out.
    private static bool HasUsualIndexes(FileOp file)
    {
        var count = file.Actions.Count;
        for (var i = 0; i < count; i++)
        {
            var action = file.Actions[i];
            if (action.Input != (i == 0 ? 0 : count + i - 1) || action.SecondaryInput is not (-1 or 1) || action.Output != (i == count - 1 ? 0 : -1))
            {
                return false;
            }
        }

        return count > 0;
    }
}
