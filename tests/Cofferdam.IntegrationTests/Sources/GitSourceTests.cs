using System.Diagnostics;
using Cofferdam.Engine;
using Cofferdam.IntegrationTests.EndToEnd;
using Cofferdam.Linux;
using Xunit;

namespace Cofferdam.IntegrationTests.Sources;

/// <summary>ADD of repositories, from the servers that git itself has.</summary>
public sealed class GitSourceTests : IDisposable
{
    private readonly CofferCommand _coffer = new();
    private int _count;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Repositories => Directory.CreateDirectory(Path.Combine(_coffer.Directory, "repositories")).FullName;

    public void Dispose() => _coffer.Dispose();

    [Fact]
    public async Task Add_Branch_HasFilesAndNoGitDirectory()
    {
        var repository = await CreateAsync();
        await using var server = new GitHttpServer(Repositories);

        var result = await AddAsync(server.UrlOf("one"));

        Assert.Equal("first", Read(result, "file"));
        Assert.False(Directory.Exists(Path.Combine(result, ".git")));
        Assert.Equal(0x1a4u, Stat(result, "file").Mode); // 0644

        await repository.RunAsync("checkout", "-q", "-b", "side/way");
        await repository.CommitAsync("file", "second");
        Assert.Equal("second", Read(await AddAsync(server.UrlOf("one") + "?branch=side/way"), "file"));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("object", true)]
    [InlineData("commit", true)]
    [InlineData("other", false)]
    public async Task Add_AnnotatedTag_MatchesChecksumOfTagAndOfCommit(string checksum, bool isRight)
    {
        var repository = await CreateAsync();
        await repository.RunAsync("tag", "-a", "-m", "v1", "v1");
        await using var server = new GitHttpServer(Repositories);
        var wanted = checksum switch
        {
            "object" => await repository.RunAsync("rev-parse", "v1"),
            "commit" => (await repository.RunAsync("rev-parse", "v1^{}"))[..12],
            "other" => new string('a', 40),
            _ => string.Empty,
        };

        var flags = wanted.Length == 0 ? string.Empty : "--checksum=" + wanted;
        if (isRight)
        {
            Assert.Equal("first", Read(await AddAsync(server.UrlOf("one") + "#v1", flags), "file"));
        }
        else
        {
            Assert.Contains("expected checksum to match aaaa", await FailAsync(server.UrlOf("one") + "#v1", flags), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(GitServerKind.Smart)]
    [InlineData(GitServerKind.SmartVersion0)]
    [InlineData(GitServerKind.Dumb)]
    internal async Task Add_CommitAndBranch_AreFoundOnServersThatRefuse(GitServerKind kind)
    {
        var repository = await CreateAsync();
        var first = await repository.RunAsync("rev-parse", "HEAD");
        await repository.CommitAsync("file", "second");
        await using var server = new GitHttpServer(Repositories, kind);

        Assert.Equal("first", Read(await AddAsync($"{server.UrlOf("one")}#{first}"), "file"));
        Assert.Equal("second", Read(await AddAsync(server.UrlOf("one")), "file"));
        Assert.Equal("second", Read(await AddAsync(server.UrlOf("one") + "#main"), "file"));
        Assert.Contains("does not contain ref", await FailAsync(server.UrlOf("one") + "#absent"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_PullRequest_IsFound()
    {
        var repository = await CreateAsync();
        var pulled = await repository.CommitAsync("file", "pulled");
        await repository.RunAsync("update-ref", "refs/pull/1/head", pulled);
        await repository.RunAsync("reset", "-q", "--hard", "HEAD~1");
        await using var server = new GitHttpServer(Repositories);

        Assert.Equal("pulled", Read(await AddAsync(server.UrlOf("one") + "#refs/pull/1/head"), "file"));
        Assert.Equal("pulled", Read(await AddAsync(server.UrlOf("one") + "#pull/1/head"), "file"));
    }

    [Fact]
    public async Task Add_FetchByCommit_IgnoresWhereTheBranchIs()
    {
        var repository = await CreateAsync();
        var first = await repository.RunAsync("rev-parse", "HEAD");
        await repository.CommitAsync("file", "second");
        await using var server = new GitHttpServer(Repositories);

        Assert.Equal("first", Read(await AddAsync($"{server.UrlOf("one")}?ref=main&checksum={first}&fetch-by-commit=true"), "file"));
        Assert.Contains("requires a full commit hash", await FailAsync($"{server.UrlOf("one")}?ref=main&checksum={first[..9]}&fetch-by-commit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_Subdirectory_IsTakenAndNeverLeadsOut()
    {
        var repository = await CreateAsync();
        await repository.CommitAsync("part/inner/leaf", "leaf");
        await repository.LinkAsync("out", "/etc");
        await repository.LinkAsync("inside", "part");
        await using var server = new GitHttpServer(Repositories);

        var result = await AddAsync(server.UrlOf("one") + "#main:part/inner");

        Assert.Equal(["leaf"], Directory.GetFileSystemEntries(result).Select(Path.GetFileName));
        Assert.Contains("is not a directory", await FailAsync(server.UrlOf("one") + "#main:out"), StringComparison.Ordinal);
        Assert.Contains("is not a directory", await FailAsync(server.UrlOf("one") + "#main:inside/inner"), StringComparison.Ordinal);
        Assert.Contains("is not there", await FailAsync(server.UrlOf("one") + "#main:../../etc"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--upload-pack=touch${IFS}/tmp/coffer-injected")]
    [InlineData("-oProxyCommand=touch")]
    public async Task Add_ReferenceThatIsAnOption_IsRefused(string reference)
    {
        await CreateAsync();
        await using var server = new GitHttpServer(Repositories);

        Assert.Contains("invalid git ref", await FailAsync(server.UrlOf("one") + "#" + reference.Replace("$", "\\$", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Empty(server.Authorizations);
        Assert.False(File.Exists("/tmp/coffer-injected"));
    }

    [Fact]
    public async Task Add_KeepGitDir_HasTheCommitAndNoPassword()
    {
        var repository = await CreateAsync();
        var second = await repository.CommitAsync("file", "second");
        await repository.RunAsync("tag", "-a", "-m", "v1", "v1");
        await using var server = new GitHttpServer(Repositories);

        var branch = await AddAsync($"http://user:verysecret@{server.Host}/one/.git", "--keep-git-dir");
        Assert.Equal($"{second}\n{second}", await GitAsync(branch, "rev-parse", "HEAD", "refs/heads/main"));
        Assert.Equal($"http://xxxxx:xxxxx@{server.Host}/one/.git", await GitAsync(branch, "remote", "get-url", "origin"));
        Assert.Equal("1", await GitAsync(branch, "rev-list", "--count", "HEAD"));
        Assert.False(File.Exists(Path.Combine(branch, ".git/FETCH_HEAD")));
        Assert.DoesNotContain(Directory.EnumerateFiles(branch, "*", SearchOption.AllDirectories), file => File.ReadAllText(file).Contains("verysecret", StringComparison.Ordinal));

        var tag = await AddAsync(server.UrlOf("one") + "#v1", "--keep-git-dir");
        Assert.Equal("v1", await GitAsync(tag, "describe"));

        // A part of a repository is no repository.
        await repository.CommitAsync("part/leaf", "leaf");
        Assert.False(Directory.Exists(Path.Combine(await AddAsync(server.UrlOf("one") + "#main:part", "--keep-git-dir"), ".git")));
    }

    [Fact]
    public async Task Context_WithCommitTime_GivesItToAllFiles()
    {
        var repository = await CreateAsync();
        await repository.CommitAsync("Dockerfile", "FROM scratch\nCOPY . /\n");
        await repository.CommitAsync("part/leaf", "leaf");
        await using var server = new GitHttpServer(Repositories);
        var target = Path.Combine(_coffer.Directory, "out");

        var shown = await _coffer.RunAsync("build", "--progress", "quiet", "-o", "type=local,dest=" + target, server.UrlOf("one") + "?mtime=commit");

        Assert.Equal("exit 0", shown);
        foreach (var name in new[] { "file", "part", "part/leaf" })
        {
            Assert.Equal(GitRepository.CommitTime, Stat(target, name).Modified.Seconds);
        }
    }

    [Fact]
    public async Task Add_PrivateRepository_IsReachedByTokenThatNoOtherServerSees()
    {
        var other = await GitRepository.CreateAsync(Path.Combine(_coffer.Directory, "elsewhere"), "two");
        await other.CommitAsync("inner", "submodule");
        await using var elsewhere = new GitHttpServer(Path.Combine(_coffer.Directory, "elsewhere"));
        var repository = await CreateAsync();
        await repository.RunAsync("submodule", "add", "-q", elsewhere.UrlOf("two"), "two");
        await repository.CommitAsync("file", "with");
        while (elsewhere.Authorizations.TryDequeue(out _))
        {
            // Of making the repository.
        }

        await using var server = new GitHttpServer(Repositories) { Authorization = "basic " + Convert.ToBase64String("x-access-token:verysecret"u8) };
        var secret = Path.Combine(_coffer.Directory, "token");
        await File.WriteAllTextAsync(secret, "verysecret\n", Token);

        Assert.Contains("GIT_AUTH_TOKEN", await FailAsync(server.UrlOf("one")), StringComparison.Ordinal);
        var named = await AddAsync(server.UrlOf("one"), "", "--secret", $"id=GIT_AUTH_TOKEN.{server.Host},src={secret}", "--secret", "id=GIT_AUTH_TOKEN,env=HOME");
        Assert.Equal("submodule", Read(named, "two/inner"));
        Assert.NotEmpty(elsewhere.Authorizations);
        Assert.All(elsewhere.Authorizations, Assert.Empty);

        var without = await AddAsync(server.UrlOf("one") + "?submodules=false", "", "--secret", $"id=GIT_AUTH_TOKEN,src={secret}");
        Assert.False(File.Exists(Path.Combine(without, "two/inner")));
    }

    [Theory]
    [InlineData("--keep-git-dir=true")]
    [InlineData("")]
    public async Task Add_OfRepositoryWithTheTokenThatFetchedIt_IsRefused(string flag)
    {
        const string Value = "gh7_Qx29vLmR4tWzK8pB3";
        var repository = await CreateAsync();
        await repository.CommitAsync("clean", "clean");
        await using var server = new GitHttpServer(Repositories) { Authorization = "basic " + Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes("x-access-token:" + Value)) };
        var secret = Path.Combine(_coffer.Directory, "token");
        await File.WriteAllTextAsync(secret, Value + "\n", Token);

        await AddAsync(server.UrlOf("one"), flag, "--secret", $"id=GIT_AUTH_TOKEN,src={secret}"); // git keeps nothing of it
        await repository.CommitAsync("file", "it is " + Value);
        var shown = await FailAsync(server.UrlOf("one"), flag, "--secret", $"id=GIT_AUTH_TOKEN,src={secret}");

        Assert.Contains("secret \"GIT_AUTH_TOKEN\" would leave the build: ", shown, StringComparison.Ordinal);
        Assert.Contains("in \"/file\" at byte 6 (whole, as is)", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Value, shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_FromGitDaemon_HasFiles()
    {
        await CreateAsync();
        var port = GitHttpServer.FindPort();
        using var daemon = Process.Start(new ProcessStartInfo("git", ["daemon", "--export-all", "--verbose", "--listen=127.0.0.1", $"--port={port}", "--base-path=" + Repositories, Repositories]) { UseShellExecute = false, RedirectStandardError = true })!;
        try
        {
            while (await daemon.StandardError.ReadLineAsync(Token) is { } line && !line.Contains("Ready", StringComparison.Ordinal))
            {
                // It tells when it is ready.
            }

            Assert.Equal("first", Read(await AddAsync($"git://127.0.0.1:{port}/one"), "file"));
        }
        finally
        {
            daemon.Kill(entireProcessTree: true);
        }
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("rsa")]
    [InlineData("ecdsa")]
    [InlineData("rsa", "-m", "PEM")]
    [InlineData("ecdsa", "-m", "PKCS8", "-b", "521")]
    public async Task Add_OverSsh_IsReachedWithKeyFile(string kind, params string[] options)
    {
        await CreateAsync();
        var key = Path.Combine(_coffer.Directory, "key");
        var unknown = Path.Combine(_coffer.Directory, "unknown");
        await SshServer.MakeKeyAsync(key, kind, options);
        await SshServer.MakeKeyAsync(unknown, "ed25519");
        await using var server = await SshServer.StartAsync(_coffer.Directory, await File.ReadAllTextAsync(key + ".pub", Token));
        var url = $"ssh://root@127.0.0.1:{server.Port}{Repositories}/one";

        Assert.Equal("first", Read(await AddAsync(url, "", "--ssh", $"default={unknown},{key}"), "file"));
        Assert.Contains("Permission denied", await FailAsync(url, "", "--ssh", "default=" + unknown), StringComparison.Ordinal);
        Assert.Contains("no SSH key \"default\" forwarded from the client", await FailAsync(url), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("rsa")]
    [InlineData("ecdsa", "-b", "384")]
    public async Task HostKey_OfServer_IsFoundAsItTells(string kind, params string[] options)
    {
        await using var server = await SshServer.StartAsync(_coffer.Directory, kind, options, []);

        Assert.Equal(server.HostKey, await SshHostKey.FindAsync($"127.0.0.1:{server.Port}", Token));
        Assert.Null(await SshHostKey.FindAsync($"127.0.0.1:{GitHttpServer.FindPort()}", Token));
    }

    [Fact]
    public async Task Add_OverSsh_FromHostWithAnotherKey_IsRefused()
    {
        await CreateAsync();
        var key = Path.Combine(_coffer.Directory, "key");
        await SshServer.MakeKeyAsync(key, "ed25519");
        var publicKey = await File.ReadAllTextAsync(key + ".pub", Token);
        await using var server = await SshServer.StartAsync(_coffer.Directory, publicKey);
        var policy = Path.Combine(_coffer.Directory, "policy.json");
        var url = $"ssh://root@127.0.0.1:{server.Port}{Repositories}/one";
        await File.WriteAllTextAsync(policy, $$$"""{"rules": [{"action": "CONVERT", "selector": {"identifier": "git://*"}, "updates": {"identifier": "git://${1}", "attrs": {"git.knownsshhosts": "[127.0.0.1]:{{{server.Port}}} {{{publicKey.Trim()}}}"} } }]}""", Token);
        await File.WriteAllTextAsync(Path.Combine(_coffer.Context, "Dockerfile"), $"FROM scratch\nADD {url} /\n", Token);

        using var process = _coffer.Start(["env", "EXPERIMENTAL_BUILDKIT_SOURCE_POLICY=" + policy], ["build", "--progress", "quiet", "--ssh", "default=" + key, "-o", "type=cacheonly", _coffer.Context]);
        var errors = await process.StandardError.ReadToEndAsync(Token);

        Assert.Contains("Host key verification failed", errors, StringComparison.Ordinal);
    }

    private Task<GitRepository> CreateAsync() => CreateFirstAsync(Repositories);

    private static async Task<GitRepository> CreateFirstAsync(string root)
    {
        var repository = await GitRepository.CreateAsync(root, "one");
        await repository.CommitAsync("file", "first");
        return repository;
    }

    private static string Read(string directory, string name) => File.ReadAllText(Path.Combine(directory, name));

    private static FileStat Stat(string directory, string name)
    {
        using var root = RootedDirectory.Open(directory);
        return root.Stat(name);
    }

    private static async Task<string> GitAsync(string directory, params string[] arguments)
    {
        var settings = new Dictionary<string, string> { ["GIT_CONFIG_COUNT"] = "1", ["GIT_CONFIG_KEY_0"] = "safe.directory", ["GIT_CONFIG_VALUE_0"] = "*" };
        var result = await Programs.RunAsync("git", settings, directory, null, arguments);
        Assert.True(result.ExitCode == 0, result.All);
        return result.Output.Trim();
    }

    private async Task<string> AddAsync(string address, string flags = "", params string[] arguments)
    {
        var target = Path.Combine(_coffer.Directory, $"out{_count++}");
        var shown = await _coffer.BuildAsync($"FROM scratch\nADD {flags} {address} /\n", [.. arguments, "-o", "type=local,dest=" + target]);
        Assert.Equal("exit 0", shown);
        return target;
    }

    private async Task<string> FailAsync(string address, string flags = "", params string[] arguments)
    {
        var shown = await _coffer.BuildAsync($"FROM scratch\nADD {flags} {address} /\n", [.. arguments, "-o", "type=cacheonly"]);
        Assert.StartsWith("exit 1", shown, StringComparison.Ordinal);
        return shown;
    }
}
