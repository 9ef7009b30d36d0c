using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>What a revision is made of, without its files.</summary>
/// <param name="Revision">The revision; its commit is known for sure.</param>
/// <param name="Commit">The commit.</param>
/// <param name="Tag">The annotated tag that leads to it; null where there is none.</param>
internal sealed record GitObjects(GitRevision Revision, byte[] Commit, byte[]? Tag)
{
    /// <summary>Fetches them.</summary>
    public static async Task<GitObjects> ReadAsync(GitSourceOptions options, GitRevision revision, GitAccess access, OperationContext context, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("coffer-git-");
        try
        {
            var git = access.In(directory.FullName);
            await new GitFetch(options, revision, access, directory.FullName, text => context.Progress.Log(2, System.Text.Encoding.UTF8.GetBytes(text.ToArray()))).RunAsync(cancellationToken);
            var commit = (await git.RunAsync(null, cancellationToken, "rev-parse", revision.Object + "^{commit}")).Trim();
            return new GitObjects(
                revision with { Commit = commit },
                await git.ReadObjectAsync("commit", commit, cancellationToken),
                commit == revision.Object ? null : await git.ReadObjectAsync("tag", revision.Object, cancellationToken));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
