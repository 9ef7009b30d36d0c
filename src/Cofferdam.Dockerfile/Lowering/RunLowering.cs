using System.Text;
using Google.Protobuf;

namespace Cofferdam.Dockerfile;

/// <summary>Applies RUN.</summary>
internal sealed class RunLowering(LoweringContext context, Stage stage, Linter linter)
{
    private readonly List<ExecMount> _mounts = [];
    private readonly List<Mount> _secrets = [];
    private readonly List<Mount> _agents = [];
    private readonly List<SecretEnv> _variables = [];
    private EnvironmentList _environment = stage.State.Environment;

    public void Apply(Instruction.Run run, ImmutableArray<Stage?> sources)
    {
        stage.Paths.Add("/"); // a process may read anything
        var code = run.Source.Code;
        var arguments = ReadArguments(run, ref code);
        if (arguments.IsEmpty)
        {
            throw DockerfileError.Meaning("arguments are required", "write RUN command");
        }

        for (var i = 0; i < run.Mounts.Length; i++)
        {
            var mount = RunMountParser.Parse(run.Mounts[i], value => context.Expand(stage, run, value, linter));
            AddMount(mount, sources[i], run);
        }

        var shown = _variables.Aggregate(stage.State.Environment, (list, variable) => list.Set(variable.Name, "****"));
        var name = StepNames.Of(context.Expander with { KeepsQuotes = true, KeepsUnset = true }, code, shown);
        if (context.Options.SharedMemorySize > 0)
        {
            _mounts.Add(new ExecMount("/dev/shm", null) { TmpfsSize = context.Options.SharedMemorySize });
        }

        var options = context.Describe(run, StepNames.Prefix(context, stage, name, stage.Platform!, stage.State.Environment)) with
        {
            Command = run.Source.Code,
            IgnoreCache = stage.IgnoresCache,
            Platform = stage.Platform,
            Resources = context.Options.Resources,
        };
        var history = "RUN " + string.Concat(HistoryArguments().Select(word => word + " ")) + string.Join(' ', arguments) + " # buildkit";
        stage.State = stage.State.WithNode(new ExecNode(stage.State.Output, ToMeta(arguments), [.. _mounts], options)
        {
            Network = run.Network switch { "none" => NetMode.None, "host" => NetMode.Host, "default" => NetMode.Unset, _ => stage.State.Network },
            Security = run.Security == "insecure" ? SecurityMode.Insecure : SecurityMode.Sandbox,
            SecretVariables = [.. _variables],
            Devices = [.. run.Devices.Select(device => new CDIDevice { Name = device.Name, Optional = !device.IsRequired })],
            SessionMounts = [.. _secrets, .. _agents],
        });
        context.Budget.Spend(history.Length);
        stage.AddHistory(history, hasLayer: true, context.Epoch);
    }

    private Meta ToMeta(ImmutableArray<string> arguments)
    {
        var options = context.Options;
        var meta = new Meta
        {
            Cwd = stage.State.Directory,
            User = stage.State.User,
            Hostname = stage.State.HostName,
            CgroupParent = options.CgroupParent,
            ProxyEnv = options.Proxies,
            RemoveMountStubsRecursive = true,
        };
        meta.Args.AddRange(arguments);
        context.Budget.Spend(_environment.Length);
        meta.Env.AddRange(_environment.ToLines());
        meta.ExtraHosts.AddRange(options.ExtraHosts);
        meta.Ulimit.AddRange(options.Ulimits);
        return meta;
    }

    // Arguments are part of what was run, so history tells their latest values.
    private List<string> HistoryArguments()
    {
        var names = stage.Arguments.Names;
        return names.Count == 0 ? [] : [$"|{names.Count}", .. names.Select(name =>
            stage.State.Environment.FindLine(name) ?? stage.Arguments.FindLine(name)!)];
    }

    private ImmutableArray<string> ReadArguments(Instruction.Run run, ref string code)
    {
        var command = run.Command;
        if (command.Heredocs.IsEmpty)
        {
            return command.IsShellForm ? ConfigLowering.WithShell(stage, command.Arguments) : command.Arguments;
        }

        if (HeredocReader.Parse(command.Arguments[0]) is null)
        {
            // The documents are redirections of a command: the shell reads them.
            var text = new StringBuilder(command.Arguments[0]);
            foreach (var heredoc in command.Heredocs)
            {
                text.Append('\n').Append(heredoc.Content).Append(heredoc.Name);
            }

            return ConfigLowering.WithShell(stage, [text.ToString()]);
        }

        var script = command.Heredocs[0];
        var lines = script.Content.Trim().Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        code += $" ({lines[0]}{(lines.Length > 1 ? "..." : string.Empty)})";
        return stage.Image.Os != "windows" && script.Text.StartsWith("#!", StringComparison.Ordinal)
            ? ConfigLowering.WithShell(stage, [AddScript(script)])
            : ConfigLowering.WithShell(stage, [script.Text]);
    }

    private string AddScript(Heredoc script)
    {
        var file = FileSteps.MakeFile("/" + script.Name, 0x1ED, ByteString.CopyFromUtf8(script.Text)); // 0755
        var state = LlbState.Scratch.File([new FileStep(file)], new NodeOptions { Name = "[internal] preparing inline document" });
        _mounts.Add(new ExecMount("/dev/pipes/", state.Output) { Selector = "/", IsReadOnly = true });
        return "/dev/pipes/" + script.Name;
    }

    private void AddMount(RunMount mount, Stage? source, Instruction.Run run)
    {
        switch (mount.Kind)
        {
            case MountKind.Secret:
                AddSecret(mount, run);
                break;
            case MountKind.Ssh:
                AddAgent(mount, run);
                break;
            default:
                AddDirectory(mount, source);
                break;
        }
    }

    private void AddDirectory(RunMount mount, Stage? source)
    {
        var target = UnixPath.Resolve(stage.State.Directory, mount.Target);
        if (target == "/")
        {
            throw DockerfileError.Meaning($"invalid mount target {Quote.Text(target)}", "name a directory with target=");
        }

        if (source is { IsDispatched: false })
        {
            throw DockerfileError.Meaning($"cannot mount from stage {Quote.Text(mount.From)} to {Quote.Text(mount.Target)}, stage needs to be defined before current command", "move that stage before this one");
        }

        var state = mount.Kind == MountKind.Tmpfs ? LlbState.Scratch : source?.State ?? (mount.Kind == MountKind.Bind ? context.BuildContext : LlbState.Scratch);
        var path = UnixPath.Join("/", mount.Source);
        var selector = path == "/" ? string.Empty : path;
        if (selector.Length == 0 && mount.HasOwnership)
        {
            var directory = FileSteps.MakeDirectory("/cache", (int)(mount.Mode ?? 0x1ED)); // 0755
            directory.Mkdir.Owner = new ChownOpt { User = new UserOpt { ByID = mount.Uid ?? 0 }, Group = new UserOpt { ByID = mount.Gid ?? 0 } };
            state = state.File([new FileStep(directory)], new NodeOptions { Name = "[internal] setting cache mount permissions" });
            selector = "/cache";
        }

        _mounts.Add(new ExecMount(target, state.Output)
        {
            Selector = selector,
            IsReadOnly = mount.IsReadOnly,
            HasNoOutput = mount.Kind == MountKind.Bind,
            CacheId = mount.Kind == MountKind.Cache ? $"{context.Options.CacheNamespace}/{(mount.Id.Length > 0 ? mount.Id : UnixPath.Clean(mount.Target))}" : null,
            Sharing = mount.Sharing ?? CacheSharingOpt.Shared,
            TmpfsSize = mount.Kind == MountKind.Tmpfs ? mount.Size : null,
        });
        if (source is not null)
        {
            source.Paths.Add(path);
        }
        else if (mount.Kind == MountKind.Bind)
        {
            stage.ContextPaths.Add(path);
        }
    }

    private void AddSecret(RunMount mount, Instruction.Run run)
    {
        var id = mount.Source.Length > 0 ? mount.Source : mount.Id.Length > 0 ? mount.Id : UnixPath.Base(mount.Target);
        stage.OutlineSecrets.TryAdd(id, new OutlineSecret(id, mount.IsRequired, run.Source.Lines));
        if (mount.Variable is not null)
        {
            _variables.Add(new SecretEnv { ID = id, Name = mount.Variable, Optional = !mount.IsRequired });
        }

        var target = mount.Target.Length > 0 ? mount.Target : mount.Variable is null ? "/run/secrets/" + UnixPath.Base(id) : string.Empty;
        if (target.Length > 0)
        {
            _secrets.Add(new Mount
            {
                Input = -1,
                Dest = target,
                MountType = MountType.Secret,
                SecretOpt = new SecretOpt { ID = id, Uid = mount.Uid ?? 0, Gid = mount.Gid ?? 0, Mode = mount.Mode ?? 0x100, Optional = !mount.IsRequired }, // 0400
            });
        }
    }

    private void AddAgent(RunMount mount, Instruction.Run run)
    {
        if (mount.Source.Length > 0)
        {
            throw DockerfileError.Meaning("ssh does not support source", "name the agent with id=");
        }

        var name = mount.Id.Length > 0 ? mount.Id : "default";
        stage.OutlineAgents.TryAdd(name, new OutlineSecret(name, mount.IsRequired, run.Source.Lines));
        var target = mount.Target.Length > 0 ? mount.Target : $"/run/buildkit/ssh_agent.{_agents.Count}";
        _agents.Add(new Mount
        {
            Input = -1,
            Dest = target,
            MountType = MountType.Ssh,
            SSHOpt = new SSHOpt { ID = mount.Id, Uid = mount.Uid ?? 0, Gid = mount.Gid ?? 0, Mode = mount.Mode ?? 0x180, Optional = !mount.IsRequired }, // 0600
        });
        if (!_environment.TryGet("SSH_AUTH_SOCK", out _))
        {
            _environment = _environment.Set("SSH_AUTH_SOCK", target);
        }
    }
}
