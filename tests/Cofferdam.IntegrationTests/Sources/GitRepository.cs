using Cofferdam.IntegrationTests.EndToEnd;
using Xunit;

namespace Cofferdam.IntegrationTests.Sources;

/// <summary>A repository below a directory that servers show, made by git itself.</summary>
internal sealed class GitRepository
{
    // The time of every commit.
    public const long CommitTime = 1700000000;

    private static readonly Dictionary<string, string> _settings = new()
    {
        ["GIT_CONFIG_NOSYSTEM"] = "1", ["GIT_CONFIG_GLOBAL"] = "/dev/null", ["GIT_ALLOW_PROTOCOL"] = "file:http",
        ["GIT_AUTHOR_NAME"] = "a", ["GIT_AUTHOR_EMAIL"] = "a@localhost", ["GIT_AUTHOR_DATE"] = $"@{CommitTime} +0000",
        ["GIT_COMMITTER_NAME"] = "a", ["GIT_COMMITTER_EMAIL"] = "a@localhost", ["GIT_COMMITTER_DATE"] = $"@{CommitTime} +0000",
    };

    private readonly string _directory;

    private readonly Dictionary<string, string> _environment;

    private GitRepository(string directory, IEnumerable<KeyValuePair<string, string>> settings) => (_directory, _environment) = (directory, new Dictionary<string, string>(_settings.Concat(settings)));

    public static Task<GitRepository> CreateAsync(string root, string name) => CreateAsync(root, name, []);

    public static async Task<GitRepository> CreateAsync(string root, string name, IEnumerable<KeyValuePair<string, string>> settings)
    {
        var repository = new GitRepository(Directory.CreateDirectory(Path.Combine(root, name)).FullName, settings);
        await repository.RunAsync("init", "-q", "-b", "main");
        await repository.RunAsync("config", "http.uploadpack", "true");
        await repository.RunAsync("config", "core.bare", "false");
        return repository;
    }

    /// <summary>Writes a file and commits all there is; returns the commit's hash.</summary>
    public async Task<string> CommitAsync(string path, string content)
    {
        var file = Path.Combine(_directory, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, content, TestContext.Current.CancellationToken);
        return await CommitAllAsync(path);
    }

    /// <summary>Commits a symlink; returns the commit's hash.</summary>
    public Task<string> LinkAsync(string path, string target)
    {
        File.CreateSymbolicLink(Path.Combine(_directory, path), target);
        return CommitAllAsync(path);
    }

    /// <summary>Runs git in it and returns what it printed.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var result = await Programs.RunAsync("git", _environment, _directory, null, arguments);
        Assert.True(result.ExitCode == 0, result.All);
        return result.Output.Trim();
    }

    private async Task<string> CommitAllAsync(string message)
    {
        await RunAsync("add", "-A");
        await RunAsync("commit", "-q", "-m", message);
        await RunAsync("update-server-info");
        return await RunAsync("rev-parse", "HEAD");
    }
}
