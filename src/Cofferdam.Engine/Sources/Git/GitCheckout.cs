using System.Globalization;
using System.Text;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>Fetches a revision of a repository and leaves its files, or those of a part of it, in an empty directory.</summary>
internal sealed class GitCheckout(GitSourceOptions options, GitRevision revision, GitAccess access, OperationContext context)
{
    /// <summary>Fills the directory.</summary>
    public async Task RunAsync(string directory, CancellationToken cancellationToken)
    {
        using var root = RootedDirectory.Open(directory);

        // A part is moved out of a checkout beside it; the name is none that the repository could have.
        var name = options.Subdirectory is null ? string.Empty : "checkout-" + Guid.NewGuid().ToString("N");
        if (name.Length > 0)
        {
            root.MakeDirectory(name, 0x1c0); // 0700
        }

        var git = access.In(Path.Combine(directory, name));
        await FetchAsync(git, root, name, cancellationToken);
        var time = options.UsesCommitTime ? await ReadTimeAsync(git, cancellationToken) : (FileTime?)null;
        if (!options.HasGitDirectory)
        {
            root.RemoveTree(Join(name, ".git"));
        }

        if (options.Subdirectory is { } part)
        {
            MoveOut(root, name, part);
        }

        root.Forget();
        if (time is { } moment)
        {
            SetTimes(root, string.Empty, moment);
        }
    }

    private static string Join(string directory, string name) => directory.Length == 0 ? name : directory + "/" + name;

    private static void SetTimes(RootedDirectory root, string directory, FileTime time)
    {
        foreach (var name in root.ListNames(directory.Length == 0 ? "." : directory))
        {
            var path = Join(directory, name);
            if (root.Stat(path).IsDirectory)
            {
                SetTimes(root, path, time);
            }
            else
            {
                root.SetTimes(path, time, time);
            }
        }

        if (directory.Length > 0)
        {
            root.SetTimes(directory, time, time);
        }
        else
        {
            RootedDirectory.SetTimes(root.Handle, time, time);
        }
    }

    private async Task FetchAsync(GitCommand git, RootedDirectory root, string name, CancellationToken cancellationToken)
    {
        var format = revision.Object.Length == 64 ? "sha256" : "sha1";
        await git.RunAsync(null, cancellationToken, "-c", "init.defaultBranch=master", "init", "-q", "--object-format=" + format, ".");
        await git.RunAsync(null, cancellationToken, "remote", "add", "--", "origin", options.Address.Text);
        if (revision.IsByHash || options.FetchesByCommit)
        {
            await FetchObjectAsync(git, cancellationToken);
        }
        else
        {
            await FetchReferenceAsync(git, cancellationToken);
        }

        await git.RunAsync(Log, cancellationToken, "checkout", "-q", "--detach", revision.Object + "^{commit}");
        if (options.HasGitDirectory)
        {
            // What stays tells neither passwords nor when it was fetched.
            await git.RunAsync(null, cancellationToken, "remote", "set-url", "origin", options.Address.Redacted);
            await git.RunAsync(null, cancellationToken, "reflog", "expire", "--all", "--expire=now");
            root.RemoveFile(Join(name, ".git/FETCH_HEAD"));
        }

        if (!options.SkipSubmodules)
        {
            await RunShallowAsync(git, cancellationToken, "submodule", "update", "--init", "--recursive", "--depth=1");
        }

        if (options.Checksum is { } checksum && !revision.Object.StartsWith(checksum, StringComparison.Ordinal))
        {
            var commit = (await git.RunAsync(null, cancellationToken, "rev-parse", revision.Object + "^{commit}")).Trim();
            if (!commit.StartsWith(checksum, StringComparison.Ordinal))
            {
                throw new CofferdamException(ErrorCode.DigestMismatch, $"expected checksum to match {checksum}, got {revision.Object} or {commit}");
            }
        }
    }

    private async Task FetchReferenceAsync(GitCommand git, CancellationToken cancellationToken)
    {
        var target = LocalReference();
        var wanted = target is null ? revision.Reference : $"{revision.Reference}:{target}";
        await RunShallowAsync(git, cancellationToken, "fetch", "--depth=1", "--no-tags", "--force", "--update-head-ok", "--", "origin", wanted);

        // It may have moved since it was looked up; what was looked up is what the result is kept under.
        if (await HasObjectAsync(git, cancellationToken))
        {
            return;
        }

        await FetchObjectAsync(git, cancellationToken);
        if (target is not null)
        {
            await git.RunAsync(null, cancellationToken, "update-ref", "--no-deref", target, revision.Object);
        }
    }

    // Many servers give out any commit by its hash. Those that do not are asked for all branches and tags.
    private async Task FetchObjectAsync(GitCommand git, CancellationToken cancellationToken)
    {
        var target = options.FetchesByCommit && !revision.IsByHash && options.HasGitDirectory ? ":" + revision.Reference : string.Empty;
        string[] refused = ["not our ref", "unadvertised object", "couldn't find remote ref", "dumb http transport", "does not support shallow", "remote error: upload-pack"];
        var one = await git.TryRunAsync(Log, cancellationToken, "fetch", "--depth=1", "--no-tags", "--force", "--update-head-ok", "--", "origin", revision.Object + target);
        if (one.IsSuccess)
        {
            return;
        }

        if (!one.Says(refused))
        {
            throw git.Failure(one, "fetch");
        }

        await git.RunAsync(Log, cancellationToken, "fetch", "--tags", "--force", "--", "origin");
        if (!await HasObjectAsync(git, cancellationToken))
        {
            throw new NotFoundException($"repository {Quote.Text(options.Address.Redacted)} does not contain commit {revision.Object} in a branch or tag") { Hint = "check the commit behind the #" };
        }

        if (target.Length > 0)
        {
            await git.RunAsync(null, cancellationToken, "update-ref", "--no-deref", revision.Reference, revision.Object);
        }
    }

    // Servers that are but files cannot give a part of the history.
    private async Task RunShallowAsync(GitCommand git, CancellationToken cancellationToken, params string[] arguments)
    {
        var outcome = await git.TryRunAsync(Log, cancellationToken, arguments);
        if (!outcome.IsSuccess && outcome.Says("--depth", "shallow"))
        {
            outcome = await git.TryRunAsync(Log, cancellationToken, [.. arguments.Where(static argument => argument != "--depth=1")]);
        }

        if (!outcome.IsSuccess)
        {
            throw git.Failure(outcome, arguments[0]);
        }
    }

    private async Task<bool> HasObjectAsync(GitCommand git, CancellationToken cancellationToken) =>
        (await git.TryRunAsync(null, cancellationToken, "cat-file", "-e", revision.Object + "^{commit}")).IsSuccess;

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

    // Only directories lead to the part: a link of the repository must not lead anywhere.
    private void MoveOut(RootedDirectory root, string checkout, string part)
    {
        var path = checkout;
        foreach (var step in part.Split('/'))
        {
            path += "/" + step;
            if (!root.TryStat(path, out var stat))
            {
                throw new NotFoundException($"subdirectory {Quote.Text(part)} of git repository {Quote.Text(options.Address.Redacted)} is not there");
            }

            if (!stat.IsDirectory)
            {
                throw new InvalidInputException($"invalid subdirectory {Quote.Text(part)} of git repository {Quote.Text(options.Address.Redacted)}: {Quote.Text(step)} is not a directory");
            }
        }

        foreach (var name in root.ListNames(path))
        {
            root.Rename(path + "/" + name, name);
        }

        root.RemoveTree(checkout);
    }

    private async Task<FileTime> ReadTimeAsync(GitCommand git, CancellationToken cancellationToken)
    {
        var text = await git.RunAsync(null, cancellationToken, "log", "-1", "--format=%ct", revision.Object + "^{commit}");
        return FileTime.From(DateTimeOffset.FromUnixTimeSeconds(long.Parse(text.Trim(), CultureInfo.InvariantCulture)));
    }

    private void Log(ReadOnlyMemory<char> text) => context.Progress.Log(2, Encoding.UTF8.GetBytes(text.ToArray()));
}
