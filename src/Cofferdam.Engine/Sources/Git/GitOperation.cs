using System.Text;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>A commit of a git repository (LLB <c>git://</c> sources). Known by the commit's hash, so an unchanged branch is a hit.</summary>
internal sealed class GitOperation(GitSourceOptions options, SourceServices services) : IOperation
{
    private string? _commit;
    private string? _fetchReference;

    public async ValueTask<OperationKey> GetKeyAsync(OperationContext context, CancellationToken cancellationToken)
    {
        (_commit, _fetchReference) = await ResolveAsync(context, cancellationToken);
        if (options.Checksum is { } checksum && !_commit.StartsWith(checksum, StringComparison.Ordinal))
        {
            throw new CofferdamException(ErrorCode.DigestMismatch, $"expected checksum to match {checksum}, got {_commit} of {Quote.Text(RedactedText.Of(options.Address))}");
        }

        var key = $"{_commit}{(options.KeepGitDirectory ? ".git#" + options.Reference : string.Empty)}:{options.Subdirectory}{(options.SkipSubmodules ? "(skip-submodules)" : string.Empty)}";
        return OperationKey.Of(Digest.Of("cofferdam.source.v0:git:" + key));
    }

    public async Task<IReadOnlyList<IResult>> RunAsync(OperationContext context, IReadOnlyList<IResult> inputs, CancellationToken cancellationToken)
    {
        var commit = _commit ?? throw new InvalidOperationException("a git source is run after its key was asked for");
        await using var layer = await services.Snapshotter.PrepareAsync(Snapshot.Scratch, cancellationToken);
        await using var work = await services.Snapshotter.PrepareAsync(Snapshot.Scratch, cancellationToken);
        var checkout = Path.Combine(work.UpperPath, "checkout");
        using (var root = RootedDirectory.Open(work.UpperPath))
        {
            root.MakeDirectory("checkout", 0x1ed); // 0755
        }

        var git = await CreateCommandAsync(checkout, context, cancellationToken);
        void Log(ReadOnlyMemory<char> text) => context.Progress.Log(2, Encoding.UTF8.GetBytes(text.ToArray()));
        await git.RunAsync(null, cancellationToken, "init", "-q", ".");
        await git.RunAsync(null, cancellationToken, "remote", "add", "origin", options.Address);
        await git.RunAsync(Log, cancellationToken, "fetch", "--depth=1", "--no-tags", "origin", _fetchReference!);
        await git.RunAsync(Log, cancellationToken, "checkout", "-q", "--detach", commit);
        if (!options.SkipSubmodules)
        {
            await git.RunAsync(Log, cancellationToken, "submodule", "update", "--init", "--recursive", "--depth=1");
        }

        if (!options.KeepGitDirectory)
        {
            using var root = RootedDirectory.Open(checkout);
            root.RemoveTree(".git");
        }

        Move(checkout, layer.UpperPath);
        return [new SnapshotResult(Snapshot.Scratch.Append(await layer.CommitAsync(null, cancellationToken)), services.Uses)];
    }

    // Links in the repository are resolved inside it: a subdirectory that is a link to the host's root must not be followed there.
    private void Move(string checkout, string target)
    {
        using var source = RootedDirectory.Open(checkout);
        var path = options.Subdirectory is { } subdirectory ? source.ResolvePath(subdirectory).Trim('/') : string.Empty;
        if (path.Length > 0 && (!source.TryStat(path, out var stat) || !stat.IsDirectory))
        {
            throw new NotFoundException($"subdirectory {Quote.Text(options.Subdirectory)} of git repository {Quote.Text(RedactedText.Of(options.Address))} is not there");
        }

        var directory = path.Length == 0 ? checkout : Path.Combine(checkout, path);
        foreach (var entry in Directory.EnumerateFileSystemEntries(directory))
        {
            Directory.Move(entry, Path.Combine(target, Path.GetFileName(entry)));
        }
    }

    private async Task<(string Commit, string FetchReference)> ResolveAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var reference = options.Reference ?? "HEAD";
        if (reference.Length == 40 && reference.All(char.IsAsciiHexDigitLower))
        {
            return (reference, reference);
        }

        var git = await CreateCommandAsync(services.Root, context, cancellationToken);
        var listing = await git.RunAsync(null, cancellationToken, "ls-remote", options.Address, reference, reference + "^{}");
        var references = listing.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t', 2)).Where(parts => parts.Length == 2).ToDictionary(parts => parts[1], parts => parts[0]);
        foreach (var name in new[] { reference, "refs/heads/" + reference, "refs/tags/" + reference })
        {
            // An annotated tag is peeled to its commit.
            if (references.TryGetValue(name, out var commit))
            {
                return (references.GetValueOrDefault(name + "^{}", commit), name);
            }
        }

        throw new NotFoundException($"repository {Quote.Text(RedactedText.Of(options.Address))} does not contain ref {Quote.Text(reference)}") { Hint = "check the branch, tag or commit behind the #" };
    }

    private async Task<GitCommand> CreateCommandAsync(string directory, OperationContext context, CancellationToken cancellationToken)
    {
        var configuration = new List<KeyValuePair<string, string>>();
        var header = options.HeaderSecret is { } headerSecret ? await SourceServices.FindSecretAsync(headerSecret, context, cancellationToken) : null;
        if (header is null && options.TokenSecret is { } tokenSecret && await SourceServices.FindSecretAsync(tokenSecret, context, cancellationToken) is { } token)
        {
            header = "basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("x-access-token:" + token));
        }

        if (header is not null && Uri.TryCreate(options.Address, UriKind.Absolute, out var address))
        {
            // Only to the repository's own host: a submodule elsewhere must not be sent it (buildkit#1987).
            configuration.Add(KeyValuePair.Create($"http.{address.GetLeftPart(UriPartial.Authority)}/.extraheader", "Authorization: " + header));
        }

        return new GitCommand(directory, configuration);
    }
}
