using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Makes a new repository and fetches a revision into it, with as little of its history as the server can give.</summary>
/// <param name="options">What is asked for.</param>
/// <param name="revision">What that is at.</param>
/// <param name="access">The way to the repository.</param>
/// <param name="directory">Where the new one is made.</param>
/// <param name="log">Gets what git says.</param>
internal sealed class GitFetch(GitSourceOptions options, GitRevision revision, GitAccess access, string directory, Action<ReadOnlyMemory<char>> log)
{
    // What git says when a server does not give out a commit by its hash.
    private static readonly string[] _refusals =
        ["not our ref", "unadvertised object", "couldn't find remote ref", "dumb http transport", "does not support shallow", "remote error: upload-pack"];

    private readonly GitCommand _git = access.In(directory);

    /// <summary>Fetches it; afterwards the object is there, and has the checksum.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await CreateAsync(cancellationToken);
        if (revision.IsByHash || options.FetchesByCommit)
        {
            await FetchObjectAsync(cancellationToken);
        }
        else
        {
            await FetchReferenceAsync(cancellationToken);
        }

        await CheckAsync(cancellationToken);
    }

    /// <summary>Fetches it with all of its history.</summary>
    public async Task RunWholeAsync(CancellationToken cancellationToken)
    {
        await CreateAsync(cancellationToken);
        var git = await access.FetchInAsync(directory, cancellationToken);
        var one = await git.TryRunAsync(log, cancellationToken, "fetch", "--no-tags", "--force", "--", access.Origin, revision.IsByHash || options.FetchesByCommit ? revision.Object : revision.Reference);
        if (!one.IsSuccess && !one.Says(_refusals))
        {
            throw git.Failure(one, "fetch");
        }

        if (!await HasObjectAsync(cancellationToken))
        {
            await FetchAllAsync(git, cancellationToken);
        }

        await CheckAsync(cancellationToken);
    }

    /// <summary>Runs git, and again with the whole history where the server cannot give a part of it: some are but files.</summary>
    public Task RunShallowAsync(CancellationToken cancellationToken, params string[] arguments) => RunShallowAsync(_git, arguments, cancellationToken);

    private async Task RunShallowAsync(GitCommand git, string[] arguments, CancellationToken cancellationToken)
    {
        var outcome = await git.TryRunAsync(log, cancellationToken, arguments);
        if (!outcome.IsSuccess && outcome.Says("--depth", "shallow"))
        {
            outcome = await git.TryRunAsync(log, cancellationToken, [.. arguments.Where(static argument => argument != "--depth=1")]);
        }

        if (!outcome.IsSuccess)
        {
            throw git.Failure(outcome, arguments[0]);
        }
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        var format = revision.Object.Length == 64 ? "sha256" : "sha1";
        await _git.RunAsync(null, cancellationToken, "-c", "init.defaultBranch=master", "init", "-q", "--object-format=" + format, ".");
        await _git.RunAsync(null, cancellationToken, "remote", "add", "--", "origin", options.Address.Text);
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (options.Checksum is { } checksum && !revision.Object.StartsWith(checksum, StringComparison.Ordinal))
        {
            var commit = (await _git.RunAsync(null, cancellationToken, "rev-parse", revision.Object + "^{commit}")).Trim();
            if (!commit.StartsWith(checksum, StringComparison.Ordinal))
            {
                throw new CofferdamException(ErrorCode.DigestMismatch, $"expected checksum to match {checksum}, got {revision.Object} or {commit}");
            }
        }
    }

    private async Task FetchReferenceAsync(CancellationToken cancellationToken)
    {
        var target = LocalReference();
        var wanted = target is null ? revision.Reference : $"{revision.Reference}:{target}";
        var git = await access.FetchInAsync(directory, cancellationToken);
        await RunShallowAsync(git, ["fetch", "--depth=1", "--no-tags", "--force", "--update-head-ok", "--", access.Origin, wanted], cancellationToken);

        // It may have moved since it was looked up; what was looked up is what the result is kept under.
        if (await HasObjectAsync(cancellationToken))
        {
            return;
        }

        await FetchObjectAsync(cancellationToken);
        if (target is not null)
        {
            await _git.RunAsync(null, cancellationToken, "update-ref", "--no-deref", target, revision.Object);
        }
    }

    // Many servers give out any commit by its hash. Those that do not are asked for all branches and tags.
    private async Task FetchObjectAsync(CancellationToken cancellationToken)
    {
        var target = options.FetchesByCommit && !revision.IsByHash && options.HasGitDirectory ? ":" + revision.Reference : string.Empty;
        var git = await access.FetchInAsync(directory, cancellationToken);
        var one = await git.TryRunAsync(log, cancellationToken, "fetch", "--depth=1", "--no-tags", "--force", "--update-head-ok", "--", access.Origin, revision.Object + target);
        if (one.IsSuccess)
        {
            return;
        }

        if (!one.Says(_refusals))
        {
            throw git.Failure(one, "fetch");
        }

        await FetchAllAsync(git, cancellationToken);
        if (target.Length > 0)
        {
            await _git.RunAsync(null, cancellationToken, "update-ref", "--no-deref", revision.Reference, revision.Object);
        }
    }

    private async Task FetchAllAsync(GitCommand git, CancellationToken cancellationToken)
    {
        await git.RunAsync(log, cancellationToken, "fetch", "--tags", "--force", "--", access.Origin, "+refs/heads/*:refs/remotes/origin/*");
        if (!await HasObjectAsync(cancellationToken))
        {
            throw new NotFoundException($"repository {Quote.Text(options.Address.Redacted)} does not contain commit {revision.Object} in a branch or tag") { Hint = "check the commit behind the #" };
        }
    }

    private async Task<bool> HasObjectAsync(CancellationToken cancellationToken) =>
        (await _git.TryRunAsync(null, cancellationToken, "cat-file", "-e", revision.Object + "^{commit}")).IsSuccess;

    // Under which name the reference stays in a repository that is kept: by the name asked for, a branch, save for annotated tags (BuildKit source/git).
    private string? LocalReference()
    {
        if (!options.HasGitDirectory)
        {
            return null;
        }

        var name = options.Reference is null or "HEAD" ? revision.Reference : options.Reference;
        return name switch
        {
            "HEAD" => null,
            _ when name.StartsWith("refs/", StringComparison.Ordinal) => name,
            _ when revision.IsTag => "refs/tags/" + name,
            _ when name.StartsWith("heads/", StringComparison.Ordinal) || name.StartsWith("tags/", StringComparison.Ordinal) => "refs/" + name,
            _ => "refs/heads/" + name,
        };
    }
}
