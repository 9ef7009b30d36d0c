using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Finds what a git source's reference is at, without fetching anything.</summary>
internal static class GitResolver
{
    private const string Branches = "refs/heads/";
    private const string Tags = "refs/tags/";

    public static async Task<GitRevision> ResolveAsync(GitSourceOptions options, GitAccess access, string directory, CancellationToken cancellationToken)
    {
        if (options.Reference is { } hash && GitSourceOptions.IsHash(hash))
        {
            return new GitRevision(hash, hash, hash);
        }

        if (options.FetchesByCommit)
        {
            // A name without "refs/" is a branch's, so that the key is the same as of the ordinary way.
            var checksum = options.Checksum!;
            return new GitRevision(checksum, checksum, options.Reference is not { } name ? checksum : name.StartsWith("refs/", StringComparison.Ordinal) ? name : Branches + name);
        }

        if (options is { Bundle: not null, Reference: null, Checksum: { } pinned })
        {
            return new GitRevision(pinned, pinned, pinned);
        }

        var git = await access.FetchInAsync(directory, cancellationToken);
        var address = options.Bundle is null ? options.Address.Text : access.Origin;
        var revision = options.Reference is null or "HEAD"
            ? await FindDefaultAsync(options, address, git, cancellationToken)
            : await FindAsync(options, address, options.Reference, git, cancellationToken);
        if (!GitSourceOptions.IsHash(revision.Object) || !GitSourceOptions.IsHash(revision.Commit))
        {
            throw new CofferdamException(ErrorCode.NotFound, $"repository {Quote.Text(options.Address.Redacted)} answers with an invalid commit {Quote.Text(revision.Object)}");
        }

        return options.Checksum is not { } expected || revision.Object.StartsWith(expected, StringComparison.Ordinal) || revision.Commit.StartsWith(expected, StringComparison.Ordinal)
            ? revision
            : throw new CofferdamException(ErrorCode.DigestMismatch, $"expected checksum to match {expected}, got {revision.Object}{(revision.IsTag ? " or " + revision.Commit : string.Empty)} of {Quote.Text(options.Address.Redacted)}");
    }

    private static async Task<GitRevision> FindDefaultAsync(GitSourceOptions options, string address, GitCommand git, CancellationToken cancellationToken)
    {
        const string Symbolic = "ref: ";
        var lines = await ListAsync(git, cancellationToken, "ls-remote", "--symref", "--", address, "HEAD");
        var head = lines.FirstOrDefault(static line => line.Name == "HEAD" && !line.Hash.StartsWith(Symbolic, StringComparison.Ordinal));
        if (head.Hash is null)
        {
            throw NotFound(options, "HEAD");
        }

        // A server may not tell which branch it is, and the head may be on none.
        var branch = lines.Where(static line => line.Name == "HEAD" && line.Hash.StartsWith(Symbolic, StringComparison.Ordinal)).Select(static line => line.Hash[Symbolic.Length..]).FirstOrDefault("HEAD");
        return new GitRevision(head.Hash, head.Hash, branch.StartsWith('-') ? "HEAD" : branch);
    }

    // A whole name goes before a branch, and a branch before a tag, as with git checkout.
    private static async Task<GitRevision> FindAsync(GitSourceOptions options, string address, string reference, GitCommand git, CancellationToken cancellationToken)
    {
        var lines = await ListAsync(git, cancellationToken, "ls-remote", "--", address, reference, reference + "^{}");
        var known = lines.GroupBy(static line => line.Name, StringComparer.Ordinal).ToDictionary(static group => group.Key, static group => group.First().Hash, StringComparer.Ordinal);
        foreach (var name in new[] { WithPrefix("refs/", reference), WithPrefix(Branches, reference), WithPrefix(Tags, reference) })
        {
            if (known.TryGetValue(name, out var hash))
            {
                // Of a tag that is named as "tags/v1" BuildKit does not know the commit beforehand.
                return new GitRevision(hash, name == WithPrefix(Tags, reference) ? known.GetValueOrDefault(name + "^{}", hash) : hash, name);
            }
        }

        throw NotFound(options, reference);
    }

    private static async Task<List<(string Hash, string Name)>> ListAsync(GitCommand git, CancellationToken cancellationToken, params string[] arguments) =>
    [
        .. (await git.RunAsync(null, cancellationToken, arguments))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line.Split('\t', 2))
            .Where(static parts => parts.Length == 2)
            .Select(static parts => (parts[0], parts[1])),
    ];

    private static string WithPrefix(string prefix, string name) => name.StartsWith(prefix, StringComparison.Ordinal) ? name : prefix + name;

    private static NotFoundException NotFound(GitSourceOptions options, string reference) =>
        new($"repository {Quote.Text(options.Address.Redacted)} does not contain ref {Quote.Text(reference)}") { Hint = "check the branch, tag or commit behind the #" };
}
