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
        await CheckOutAsync(git, root, directory, name, cancellationToken);
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

    private async Task CheckOutAsync(GitCommand git, RootedDirectory root, string directory, string name, CancellationToken cancellationToken)
    {
        var fetch = new GitFetch(options, revision, access, Path.Combine(directory, name), Log);
        await fetch.RunAsync(cancellationToken);
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
            await fetch.RunShallowAsync(cancellationToken, "submodule", "update", "--init", "--recursive", "--depth=1");
        }
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
