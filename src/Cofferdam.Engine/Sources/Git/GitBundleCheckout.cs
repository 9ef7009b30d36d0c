using System.Text;
using Cofferdam.Linux;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>Writes a revision with its whole history into one file, a bundle, instead of its files.</summary>
internal sealed class GitBundleCheckout(GitSourceOptions options, GitRevision revision, GitAccess access, OperationContext context)
{
    private const string Branches = "refs/heads/";
    private const string Tags = "refs/tags/";
    private const string FileName = "bundle"; // BuildKit source/git/bundle.go

    /// <summary>The name of the revision in the bundle: as it was asked for, a branch where it is not said to be a tag.</summary>
    public static string TargetOf(GitSourceOptions options, GitRevision revision)
    {
        var name = options.Reference ?? revision.Reference;
        if (name == "HEAD" || GitSourceOptions.IsHash(name))
        {
            return Branches + "main";
        }

        if (name.StartsWith(Tags, StringComparison.Ordinal))
        {
            return name;
        }

        name = name.StartsWith("refs/", StringComparison.Ordinal) ? name["refs/".Length..] : name;
        return Branches + (name.StartsWith("heads/", StringComparison.Ordinal) ? name["heads/".Length..] : name);
    }

    /// <summary>Writes the bundle into a directory.</summary>
    public async Task RunAsync(string directory, CancellationToken cancellationToken)
    {
        var temporary = Directory.CreateTempSubdirectory("coffer-git-");
        try
        {
            var fetch = new GitFetch(options, revision, access, temporary.FullName, Log);
            await fetch.RunWholeAsync(cancellationToken);
            var git = access.In(temporary.FullName);
            var target = TargetOf(options, revision);
            var value = await git.RunAsync(null, cancellationToken, "rev-parse", target.StartsWith(Tags, StringComparison.Ordinal) ? revision.Object : revision.Object + "^{commit}");
            await git.RunAsync(null, cancellationToken, "update-ref", "--no-deref", target, value.Trim());
            var file = Path.Combine(temporary.FullName, FileName);
            await git.RunAsync(null, cancellationToken, "-c", "pack.threads=1", "bundle", "create", "-q", file, target);
            using var root = RootedDirectory.Open(directory);
            using (var handle = root.CreateFile(FileName, 0x1a4)) // 0644
            {
                await using var written = new FileStream(handle, FileAccess.Write);
                await using var made = File.OpenRead(file);
                await made.CopyToAsync(written, cancellationToken);
            }

            root.SetMode(FileName, 0x1a4);
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    private void Log(ReadOnlyMemory<char> text) => context.Progress.Log(2, Encoding.UTF8.GetBytes(text.ToArray()));
}
