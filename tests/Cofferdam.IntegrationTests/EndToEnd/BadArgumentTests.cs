using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>What a wrong command line is told, whole.</summary>
public sealed class BadArgumentTests(CofferCommand coffer) : IClassFixture<CofferCommand>
{
    private const string Dockerfile = "FROM scratch\nCOPY busybox /b\n";

    public static TheoryData<string[], string> Cases => new()
    {
        { ["biuld", "."], "exit 2\nERROR: unknown command \"biuld\"\n\nhint: did you mean \"build\"?" },
        { ["build"], "exit 2\nERROR: \"coffer build\" requires 1 argument\n\nhint: usage: coffer build [OPTIONS] PATH|URL|-" },
        { ["build", "--taget", "x", "."], "exit 2\nERROR: unknown flag \"--taget\"\n\nhint: did you mean \"--target\"?" },
        { ["build", "-t", "Foo:bar!", "context"], "exit 2\nERROR: invalid image reference \"Foo:bar!\"\n\nhint: write it as [registry/]name[:tag][@digest]; names are lower-case" },
        { ["build", "--platform", "a/b/c/d", "context"], "exit 2\nERROR: invalid platform \"a/b/c/d\"\n\nhint: write it as os/arch or os/arch/variant, for example linux/arm64" },
        { ["build", "-o", "type=dockr", "context"], "exit 2\nERROR: unknown output type \"dockr\"\n\nhint: did you mean \"docker\"?" },
        { ["build", "nothere"], "exit 1\nERROR: build context \"nothere\" does not exist\n\nhint: the last argument is the directory that COPY takes files from" },
        { ["build", "context/busybox"], "exit 1\nERROR: build context \"context/busybox\" is not a directory\n\nhint: name the directory and give the Dockerfile with -f" },
        { ["build", "empty"], "exit 1\nERROR: Dockerfile \"[DIR]/empty/Dockerfile\" does not exist\n\nhint: give its path with -f" },
        { ["build", "-f", "context/dockerfile", "context"], "exit 1\nERROR: Dockerfile \"context/dockerfile\" does not exist\n\nhint: did you mean \"[DIR]/context/Dockerfile\"? give it with -f" },
        { ["build", "--secret", "id=a,src=nothere", "context"], "exit 1\nERROR: read secret \"a\" from file \"[DIR]/nothere\": it is not there\n\nhint: check the path; a relative one is taken from the directory the command runs in" },
        { ["build", "--secret", "id=a,src=context", "context"], "exit 1\nERROR: read secret \"a\" from file \"[DIR]/context\": it is a directory\n\nhint: name a file, or give every file of it with --secret from=dir:[DIR]/context" },
        { ["build", "--secret", "id=a,src=large", "context"], "exit 1\nERROR: read secret \"a\" from file \"[DIR]/large\": it is larger than the 512000 bytes that are allowed\n\nhint: give larger data as a file of the build context, or fetch it in the step" },
        { ["build", "--secret", "id=a,from=valt:b/c", "context"], "exit 2\nERROR: unknown source \"valt\" of a secret\n\nhint: did you mean vault?" },
        { ["build", "--secret", "from=dir:nothere", "context"], "exit 1\nERROR: read secrets from \"dir:nothere\": it is no directory\n\nhint: check the path; a relative one is taken from the directory the command runs in" },
        { ["build", "--secret", "id=a,from=exec:no-such-program x", "context"], "exit 1\nERROR: read secret \"a\" from \"exec:no-such-program x\": there is no program \"no-such-program\"\n\nhint: install it, or give its path" },
        { ["build", "--ssh", "a=nothere", "context"], "exit 1\nERROR: offer ssh agent \"a\": \"[DIR]/nothere\" is not there\n\nhint: name a private key, or the socket of an agent that runs: --ssh a=$SSH_AUTH_SOCK" },
        { ["build", "--allow", "network.hsot", "context"], "exit 1\nERROR: unknown entitlement \"network.hsot\" (did you mean network.host?)" },
        { ["build", "--progress", "quiet", "-o", "type=local,dest=context/busybox/x", "context"], "exit 1\nERROR: write output \"[DIR]/context/busybox/x\": Could not find a part of the path '[DIR]/context/busybox/x'" },
        { ["build", "--progress", "quiet", "-o", "type=tar,dest=nothere/x", "context"], "exit 1\nERROR: write output: Could not find a part of the path '[DIR]/nothere/x'" },
        { ["build", "--progress", "quiet", "--iidfile", "nothere/x", "context"], "exit 1\nERROR: write \"[DIR]/nothere/x\": Could not find a part of the path '[DIR]/nothere/x'" },
        { ["build", "-f", "context", "context"], "exit 1\nERROR: Dockerfile \"context\" is a directory\n\nhint: name a file with -f" },
        { ["build", "-o", "type=image,name=a,registry.insecure=true", "context"], "exit 1\nERROR: exporter attribute \"registry.insecure\" is not supported yet\n\nhint: build without registry.insecure" },
        { ["build", "--sbom=true", "context"], "exit 1\nERROR: attestations of type \"sbom\" are not supported yet\n\nhint: build without --attest type=sbom, or with --sbom=false" },
        { ["build", "--provenance=mode=max", "context"], "exit 1\nERROR: attestations of type \"provenance\" are not supported yet\n\nhint: build without --attest type=provenance, or with --provenance=false" },
        { ["run", "localhost:1/none"], "exit 1\n#1 pulling localhost:1/none:latest\n#1 ERROR: resolve \"localhost:1/none:latest\": cannot reach registry \"localhost:1\": Connection refused\nERROR: resolve \"localhost:1/none:latest\": cannot reach registry \"localhost:1\": Connection refused\n\nhint: check the name, the network and the proxy settings (HTTPS_PROXY, NO_PROXY)" },
        { ["rmi", "none"], "exit 1\nERROR: no image \"none\" in the store\n\nhint: `coffer images` lists what there is, `coffer pull` gets one from a registry" },
        { ["--host", "unix:///nonexistent/socket", "images"], "exit 1\nERROR: cannot connect to the daemon at \"unix:///nonexistent/socket\"\n\nhint: check --host, COFFER_HOST and BUILDKIT_HOST, and that the daemon runs" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Command_OfWrongArguments_SaysWhatToDo(string[] arguments, string expected)
    {
        Directory.CreateDirectory(Path.Combine(coffer.Directory, "empty"));
        await File.WriteAllBytesAsync(Path.Combine(coffer.Directory, "large"), new byte[512_001], TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(coffer.Context, "Dockerfile"), Dockerfile, TestContext.Current.CancellationToken);

        Assert.Equal(expected, await coffer.RunAsync(arguments));
    }

    // A device is no half-written file.
    [Fact]
    public async Task Build_WhoseOutputFails_LeavesNoHalfFileAndNoDeviceLess()
    {
        var full = Path.Combine(coffer.Directory, "full");
        await ProcessExtensions.RunAsync("mknod", full, "c", "1", "7");
        Assert.Equal("exit 1\nERROR: write output: No space left on device : '[DIR]/full'", await coffer.BuildAsync(Dockerfile, "-o", $"type=tar,dest={full}"));
        Assert.True(File.Exists(full));

        var disk = Path.Combine(coffer.Directory, "disk");
        Directory.CreateDirectory(disk);
        await ProcessExtensions.RunAsync("mount", "-t", "tmpfs", "-o", "size=256k", "none", disk);
        Assert.Equal("exit 1\nERROR: write output: No space left on device : '[DIR]/disk/a.tar'", await coffer.BuildAsync(Dockerfile, "-o", $"type=tar,dest={disk}/a.tar"));
        Assert.Equal("exit 1\nERROR: write output \"[DIR]/disk/tree\": No space left on device", await coffer.BuildAsync(Dockerfile, "-o", $"type=local,dest={disk}/tree"));
        Assert.Empty(Directory.GetFileSystemEntries(disk));
        await ProcessExtensions.RunAsync("umount", disk);
    }

    [Fact]
    public async Task Build_WithAttestationsTurnedOff_Works() => Assert.Equal("exit 0", await coffer.BuildAsync(Dockerfile, "--provenance=false", "--sbom=false"));

    // What docker buildx asks on its own is no wish.
    [Fact]
    public async Task Build_WithBuildxDefaults_Works() => Assert.Equal("exit 0", await coffer.BuildAsync(Dockerfile, "--attest", "type=provenance,mode=min,inline-only=true"));
}
