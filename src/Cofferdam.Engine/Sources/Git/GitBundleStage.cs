using Cofferdam.Model;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>A bundle, fetched and made a repository beside others, to fetch from.</summary>
/// <param name="bundle">The bundle.</param>
/// <param name="checksum">The commit that must be in it.</param>
/// <param name="services">Where it is kept.</param>
internal sealed class GitBundleStage(GitBundle bundle, string checksum, SourceServices services)
{
    private const string FileName = "bundle";
    private const string RepositoryName = "repository";

    /// <summary>Makes the repository in a directory and returns its address.</summary>
    /// <param name="directory">An empty directory.</param>
    /// <param name="command">Git in a directory, with access to this machine's files.</param>
    /// <param name="context">The build that asks.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<string> RunAsync(string directory, Func<string, GitCommand> command, OperationContext context, CancellationToken cancellationToken)
    {
        await FetchAsync(context, cancellationToken);
        var file = Path.Combine(directory, FileName);
        await using (var target = File.Create(file))
        {
            await using var source = await services.Content.OpenReadAsync(bundle.Digest, cancellationToken);
            await source.CopyToAsync(target, cancellationToken);
        }

        var repository = Directory.CreateDirectory(Path.Combine(directory, RepositoryName)).FullName;
        var git = command(repository);
        var heads = await git.RunAsync(null, cancellationToken, "ls-remote", "--", file);
        var isSha256 = heads.IndexOf('\t', StringComparison.Ordinal) == 64;
        await git.RunAsync(null, cancellationToken, "-c", "init.defaultBranch=master", "init", "-q", "--bare", "--object-format=" + (isSha256 ? "sha256" : "sha1"), ".");
        await git.RunAsync(null, cancellationToken, "fetch", "-q", "--no-recurse-submodules", "--", file, "+refs/*:refs/*");
        File.Delete(file);
        return (await git.TryRunAsync(null, cancellationToken, "cat-file", "-e", checksum + "^{commit}")).IsSuccess
            ? "file://" + repository
            : throw new NotFoundException($"git bundle {Quote.Text(bundle.Reference.ToString())} does not contain commit {checksum}");
    }

    // What is known by its digest is fetched once.
    private async Task FetchAsync(OperationContext context, CancellationToken cancellationToken)
    {
        if (await services.Content.FindAsync(bundle.Digest, cancellationToken) is not null)
        {
            return;
        }

        var source = await services.Images.GetSourceAsync(context.Jobs, bundle.Store, bundle.SessionId, cancellationToken);
        var descriptor = new Descriptor { MediaType = "application/octet-stream", Digest = bundle.Digest, Size = 0 };
        await using var writer = await services.Content.OpenWriteAsync("git-bundle-" + Guid.NewGuid().ToString("N"), bundle.Digest, cancellationToken);
        await using var blob = await source.OpenBlobAsync(bundle.Reference, descriptor, 0, cancellationToken);
        var buffer = new byte[128 * 1024];
        int read;
        while ((read = await blob.Content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await writer.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            context.Progress.Status("downloading", "downloading", writer.Offset, 0, isCompleted: false);
        }

        context.Progress.Status("downloading", "downloading", writer.Offset, writer.Offset, isCompleted: true);
        await writer.CommitAsync(cancellationToken);
    }
}
