using Cofferdam.IntegrationTests.Registry;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>A daemon, a registry and a base image in it, for all tests that use them one after another.</summary>
public sealed class DaemonFixture : IAsyncLifetime
{
    private const string BaseDockerfile = """
        FROM scratch
        WORKDIR /dev
        WORKDIR /proc
        WORKDIR /sys
        WORKDIR /
        COPY busybox /bin/busybox
        COPY --chmod=755 curl python /usr/bin/
        RUN ["/bin/busybox", "--install", "-s", "/bin"]
        RUN mkdir -p /root /etc /tmp && echo root:x:0:0:root:/root:/bin/sh > /etc/passwd && echo root:x:0: > /etc/group
        ENV PATH=/usr/bin:/bin
        """;

    // What the tutorial uses of curl: credentials from ~/.netrc.
    private const string Curl = """
        #!/bin/sh
        for url in "$@"; do :; done
        set -- $(cat /root/.netrc)
        exec wget -q -O - --header "Authorization: Basic $(printf %s "$4:$6" | base64)" "$url"
        """;

    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, string> _settings;
    private RegistryProcess? _registry;
    private int _count;

    public DaemonFixture() => _settings = new Dictionary<string, string>
    {
        ["COFFER_ROOT"] = _directory["root"],
        ["DOCKER_CONFIG"] = _directory["docker"],
        ["BUILDX_CONFIG"] = _directory["buildx"],
        ["BUILDX_BUILDER"] = "coffer",
        ["DOCKER_HOST"] = "unix:///nonexistent",
    };

    /// <summary>The registry's host and port.</summary>
    internal string Registry => _registry!.Host;

    /// <summary>The name of the base image: busybox, and stand-ins for curl and python.</summary>
    internal string Base => Registry + "/base";

    /// <summary>The state directory.</summary>
    internal string Root => _directory["root"];

    /// <summary>The file that keeps docker's and coffer's credentials.</summary>
    internal string DockerConfig => _directory["docker/config.json"];

    public async ValueTask InitializeAsync()
    {
        _registry = await RegistryProcess.StartAsync(withPassword: false, TestContext.Current.CancellationToken);
        Directory.CreateDirectory(_directory["docker"]);
        var context = NewDirectory(("Dockerfile", BaseDockerfile), ("curl", Curl), ("python", "#!/bin/sh\nexec cat message.txt\n"));
        File.Copy("/bin/busybox", Path.Combine(context, "busybox"));
        var built = await CofferAsync("build", "--progress", "plain", "--push", "-t", Base, context);
        Assert.True(built.ExitCode == 0, built.All);
        var created = await BuildxAsync("create", "--name", "coffer", "--driver", "remote", $"unix://{_directory["root/run/cofferd.sock"]}");
        Assert.True(created.ExitCode == 0, created.All);
    }

    public async ValueTask DisposeAsync()
    {
        await CofferAsync("daemon", "--stop", "--force");
        _registry?.Dispose();
        _directory.Dispose();
    }

    /// <summary>A new directory with files.</summary>
    internal string NewDirectory(params IEnumerable<(string Path, string Content)> files)
    {
        var path = Directory.CreateDirectory(_directory[$"d{_count++}"]).FullName;
        foreach (var (name, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(path, name))!);
            File.WriteAllText(Path.Combine(path, name), content);
        }

        return path;
    }

    internal Task<ProgramResult> CofferAsync(params IEnumerable<string> arguments) =>
        Programs.RunAsync(Path.Combine(AppContext.BaseDirectory, "coffer"), _settings, _directory.Path, null, arguments);

    internal Task<ProgramResult> BuildxAsync(params IEnumerable<string> arguments) => BuildxAsync(null, arguments);

    internal Task<ProgramResult> BuildxAsync(Stream? input, params IEnumerable<string> arguments) =>
        Programs.RunAsync(Buildx(), _settings, _directory.Path, input, arguments);

    /// <summary>Runs buildx and fails the test when it does.</summary>
    internal async Task<ProgramResult> BuildAsync(params IEnumerable<string> arguments)
    {
        var result = await BuildxAsync([.. (string[])["build", "--progress", "plain"], .. arguments]);
        Assert.True(result.ExitCode == 0, result.All);
        return result;
    }

    /// <summary>Runs coffer, fails the test when it fails, and returns what it printed.</summary>
    internal async Task<string> MustCofferAsync(params IEnumerable<string> arguments)
    {
        var result = await CofferAsync(arguments);
        Assert.True(result.ExitCode == 0, result.All);
        return result.Output;
    }

    /// <summary>Starts coffer or buildx, to be interrupted.</summary>
    internal System.Diagnostics.Process Start(bool isCoffer, params IEnumerable<string> arguments) =>
        Programs.Start("env", _settings, _directory.Path, ["--default-signal=INT", isCoffer ? Path.Combine(AppContext.BaseDirectory, "coffer") : Buildx(), .. arguments]);

    /// <summary>Runs another program, for example skopeo.</summary>
    internal Task<ProgramResult> RunAsync(string program, params IEnumerable<string> arguments) => Programs.RunAsync(program, _settings, _directory.Path, null, arguments);

    /// <summary>The program.</summary>
    internal static string Buildx()
    {
        var buildx = Path.Combine(Programs.Peers, "libexec/docker/cli-plugins/docker-buildx");
        Assert.True(File.Exists(buildx), $"{buildx} is missing: run eng/install-peers");
        return buildx;
    }
}
