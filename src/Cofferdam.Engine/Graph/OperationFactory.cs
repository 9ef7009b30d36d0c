using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;
using Platform = Cofferdam.Model.Platform;

namespace Cofferdam.Engine;

/// <summary>Makes operations with the services of the daemon.</summary>
internal sealed class OperationFactory(OperationServices services) : IOperationFactory
{
    /// <inheritdoc/>
    public IOperation Create(Op op, OpMetadata? metadata, SealPolicy seal) => op.OpCase switch
    {
        Op.OpOneofCase.Source => CreateSource(op.Source, PlatformOf(op)),
        Op.OpOneofCase.Exec => services.CreateExec(op, metadata, seal),
        Op.OpOneofCase.File => services.CreateFile(op),
        Op.OpOneofCase.Merge => new MergeOperation(op.Merge, services.Uses),
        Op.OpOneofCase.Diff => new DiffOperation(op.Diff, services.Uses),
        Op.OpOneofCase.Build => services.CreateBuild(op),
        Op.OpOneofCase.Passthrough => throw new UnsupportedException("passthrough operations are not supported yet"),
        _ => throw new InvalidInputException("invalid LLB definition: an operation of unknown kind"),
    };

    /// <inheritdoc/>
    public string Describe(Op op) => op.OpCase switch
    {
        Op.OpOneofCase.Source => op.Source.Identifier,
        Op.OpOneofCase.Exec => string.Join(' ', op.Exec.Meta?.Args ?? []),
        Op.OpOneofCase.File => string.Join(", ", op.File.Actions.Select(Describe)),
        _ => op.OpCase.ToString().ToLowerInvariant(),
    };

    private static string Describe(FileAction action) => action.ActionCase switch
    {
        FileAction.ActionOneofCase.Copy => $"copy {action.Copy.Src} {action.Copy.Dest}",
        FileAction.ActionOneofCase.Mkfile => $"mkfile {action.Mkfile.Path}",
        FileAction.ActionOneofCase.Mkdir => $"mkdir {action.Mkdir.Path}",
        FileAction.ActionOneofCase.Rm => $"rm {action.Rm.Path}",
        FileAction.ActionOneofCase.Symlink => $"symlink {action.Symlink.Oldpath} {action.Symlink.Newpath}",
        _ => "file operation",
    };

    private IOperation CreateSource(SourceOp source, Platform platform)
    {
        var identifier = source.Identifier;
        return identifier switch
        {
            _ when ImageSourceOptions.IsImage(identifier) => new ImageOperation(ImageSourceOptions.Parse(identifier, source.Attrs.ToDictionary(), platform), services.Images),
            _ when identifier.StartsWith("local://", StringComparison.Ordinal) => new LocalOperation(source, services.Directories, services.Sources),
            _ when identifier.StartsWith("git://", StringComparison.Ordinal) => new GitOperation(GitSourceOptions.Parse(source), services.Sources),
            _ when identifier.StartsWith("http://", StringComparison.Ordinal) || identifier.StartsWith("https://", StringComparison.Ordinal) =>
                new HttpOperation(HttpSourceOptions.Parse(source), services.Sources),
            _ => throw new UnsupportedException($"source {Quote.Text(identifier)} is not supported yet"),
        };
    }

    private static Platform PlatformOf(Op op) => op.Platform is { OS.Length: > 0 } platform
        ? new Platform { Os = platform.OS, Architecture = platform.Architecture, Variant = platform.Variant.Length == 0 ? null : platform.Variant, OsVersion = platform.OSVersion.Length == 0 ? null : platform.OSVersion }
        : Platform.Host;
}
