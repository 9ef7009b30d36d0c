using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>What a Dockerfile that cannot be built is told, whole, and that nothing is left of it.</summary>
public sealed class BadDockerfileTests(CofferCommand coffer) : IClassFixture<CofferCommand>
{
    private const string Busybox = "FROM scratch AS base\nCOPY busybox /bin/busybox\n";

    public static TheoryData<string, string, string> Cases => new()
    {
        {
            "comments only", "# nothing\n", """
            exit 1
            Dockerfile:1
            --------------------
               1 | >>> # nothing
            --------------------
            ERROR: file with no instructions

            hint: a Dockerfile begins with FROM
            """
        },
        {
            "unknown instruction", "FROM scratch\nCOPPY a b\n", """
            exit 1
            Dockerfile:2
            --------------------
               1 |     FROM scratch
               2 | >>> COPPY a b
            --------------------
            ERROR: dockerfile parse error on line 2: unknown instruction: COPPY (did you mean COPY?)
            """
        },
        {
            "unknown flag", "FROM scratch\nCOPY --chwon=1 a b\n", """
            exit 1
            Dockerfile:2
            --------------------
               1 |     FROM scratch
               2 | >>> COPY --chwon=1 a b
            --------------------
            ERROR: dockerfile parse error on line 2: unknown flag: --chwon (did you mean --chown?)
            """
        },
        {
            "unknown mount key", "FROM scratch\nRUN --mount=type=cache,tagret=/a b\n", """
            exit 1
            Dockerfile:2
            --------------------
               1 |     FROM scratch
               2 | >>> RUN --mount=type=cache,tagret=/a b
            --------------------
            ERROR: unexpected key 'tagret' in 'tagret=/a' (did you mean target?)
            """
        },
        {
            "bad JSON", "FROM scratch\nCOPY [\"a\", \"b]\n", """
            exit 1
            Dockerfile:2
            --------------------
               1 |     FROM scratch
               2 | >>> COPY ["a", "b]
            --------------------
            ERROR: failed to process "\"b]": unexpected end of statement while looking for matching double-quote

            hint: it begins as the JSON form does, but is no valid JSON: every string needs double quotes, and the list its closing bracket
            """
        },
        {
            "JSON that must be", "FROM scratch\nSHELL [a, b]\n", """
            exit 1
            Dockerfile:2
            --------------------
               1 |     FROM scratch
               2 | >>> SHELL [a, b]
            --------------------
            ERROR: dockerfile parse error on line 2: SHELL requires the arguments to be in JSON form, found "[a, b]"

            hint: write SHELL ["/bin/bash", "-c"]
            """
        },
        {
            "no stage", "RUN a\n", """
            exit 1
            Dockerfile:1
            --------------------
               1 | >>> RUN a
            --------------------
            ERROR: no build stage in current context

            hint: begin with FROM: only ARG may stand before it
            """
        },
        {
            "stage by number", Busybox + "FROM scratch\nCOPY --from=7 /a /b\n", """
            exit 1
            Dockerfile:4
            --------------------
               2 |     COPY busybox /bin/busybox
               3 |     FROM scratch
               4 | >>> COPY --from=7 /a /b
            --------------------
            ERROR: invalid stage index 7

            hint: stages are counted from 0 to 1
            """
        },
        {
            "mistyped source", "FROM scratch\n\nCOPY bussybox /x\n", """
            exit 1
            Dockerfile:3
            --------------------
               1 |     FROM scratch
               2 |
               3 | >>> COPY bussybox /x
            --------------------
            ERROR: failed to compute cache key: failed to calculate checksum of ref [REF]: "/bussybox": not found (did you mean "busybox"?)
            """
        },
        {
            "mistyped source below", "FROM scratch\nCOPY Sub/file /x\n", """
            exit 1
            Dockerfile:2
            --------------------
               1 |     FROM scratch
               2 | >>> COPY Sub/file /x
            --------------------
            ERROR: failed to compute cache key: failed to calculate checksum of ref [REF]: "/Sub/file": not found (did you mean "sub/file"?)
            """
        },
        {
            "source that is nowhere", "FROM scratch\nCOPY elsewhere/file /x\n", """
            exit 1
            Dockerfile:2
            --------------------
               1 |     FROM scratch
               2 | >>> COPY elsewhere/file /x
            --------------------
            ERROR: failed to compute cache key: failed to calculate checksum of ref [REF]: "/elsewhere/file": not found

            hint: sources are taken from the build context, the directory that the command was given, and never from outside it
            """
        },
        {
            "mistyped source of ADD", "FROM scratch\nADD sub/fiel /x\n", """
            exit 1
            Dockerfile:2
            --------------------
               1 |     FROM scratch
               2 | >>> ADD sub/fiel /x
            --------------------
            ERROR: failed to compute cache key: failed to calculate checksum of ref [REF]: "/sub/fiel": not found (did you mean "sub/file"?)
            """
        },
        {
            "mistyped source of a mount", Busybox + "RUN --mount=source=sbu/file,target=/x [\"/bin/busybox\", \"true\"]\n", """
            exit 1
            Dockerfile:3
            --------------------
               1 |     FROM scratch AS base
               2 |     COPY busybox /bin/busybox
               3 | >>> RUN --mount=source=sbu/file,target=/x ["/bin/busybox", "true"]
            --------------------
            ERROR: failed to compute cache key: failed to calculate checksum of ref [REF]: "/sbu/file": not found (did you mean "sub/file"?)
            """
        },
        {
            "ignored source of a mount", Busybox + "RUN --mount=source=sub/ignored,target=/x [\"/bin/busybox\", \"true\"]\n", """
            exit 1
            Dockerfile:3
            --------------------
               1 |     FROM scratch AS base
               2 |     COPY busybox /bin/busybox
               3 | >>> RUN --mount=source=sub/ignored,target=/x ["/bin/busybox", "true"]
            --------------------
            ERROR: failed to compute cache key: failed to calculate checksum of ref [REF]: "/sub/ignored": not found

            hint: "sub/ignored" is in the build context, but its .dockerignore leaves it out; remove the pattern, or add a line "!sub/ignored"
            """
        },
        {
            "mistyped directory of a stage", Busybox + "FROM scratch\nCOPY --from=base /bni/busybox /x\n", """
            exit 1
            Dockerfile:4
            --------------------
               2 |     COPY busybox /bin/busybox
               3 |     FROM scratch
               4 | >>> COPY --from=base /bni/busybox /x
            --------------------
            ERROR: failed to compute cache key: failed to calculate checksum of ref [REF]: "/bni/busybox": not found (did you mean "/bin/busybox"?)
            """
        },
        {
            "ignored source", "FROM scratch\nCOPY sub/ignored /x\n", """
            exit 1
            Dockerfile:2
            --------------------
               1 |     FROM scratch
               2 | >>> COPY sub/ignored /x
            --------------------
            ERROR: failed to compute cache key: failed to calculate checksum of ref [REF]: "/sub/ignored": not found

            hint: "sub/ignored" is in the build context, but its .dockerignore leaves it out; remove the pattern, or add a line "!sub/ignored"
            """
        },
        {
            "mistyped source in a stage", Busybox + "FROM scratch\nCOPY --from=base /bin/busibox /x\n", """
            exit 1
            Dockerfile:4
            --------------------
               2 |     COPY busybox /bin/busybox
               3 |     FROM scratch
               4 | >>> COPY --from=base /bin/busibox /x
            --------------------
            ERROR: failed to compute cache key: failed to calculate checksum of ref [REF]: "/bin/busibox": not found (did you mean "/bin/busybox"?)
            """
        },
        {
            "required secret", Busybox + "RUN --mount=type=secret,id=token,required [\"/bin/busybox\", \"true\"]\n", """
            exit 1
            Dockerfile:3
            --------------------
               1 |     FROM scratch AS base
               2 |     COPY busybox /bin/busybox
               3 | >>> RUN --mount=type=secret,id=token,required ["/bin/busybox", "true"]
            --------------------
            ERROR: secret token: not found

            hint: give it with --secret id=token,src=FILE, --secret id=token,env=VARIABLE, a variable that is set, or --secret id=token,from=PROVIDER:REFERENCE
            """
        },
        {
            "failing step", Busybox + "\nRUN [\"/bin/busybox\", \"sh\", \"-c\", \\\n  \"echo one; echo two; exit 7\"]\nENV A=b\n", """
            exit 1
            ------
             > [2/2] RUN ["/bin/busybox", "sh", "-c",   "echo one; echo two; exit 7"]:
            [TIME] one
            [TIME] two
            ------
            Dockerfile:4
            --------------------
               2 |     COPY busybox /bin/busybox
               3 |
               4 | >>> RUN ["/bin/busybox", "sh", "-c", \
               5 | >>>   "echo one; echo two; exit 7"]
               6 |     ENV A=b
            --------------------
            ERROR: process "/bin/busybox sh -c echo one; echo two; exit 7" did not complete successfully: exit code: 7
            """
        },
        {
            "no shell", "FROM scratch\nRUN echo a\n", """
            exit 1
            ------
             > [1/1] RUN echo a:
            [TIME] executable file `/bin/sh` not found in $PATH: No such file or directory
            ------
            Dockerfile:2
            --------------------
               1 |     FROM scratch
               2 | >>> RUN echo a
            --------------------
            ERROR: process "/bin/sh -c echo a" did not complete successfully: exit code: 127
            """
        },
        {
            "host network", Busybox + "RUN --network=host [\"/bin/busybox\", \"true\"]\n", """
            exit 1
            Dockerfile:3
            --------------------
               1 |     FROM scratch AS base
               2 |     COPY busybox /bin/busybox
               3 | >>> RUN --network=host ["/bin/busybox", "true"]
            --------------------
            ERROR: network.host is not allowed

            hint: grant it with --allow network.host
            """
        },
        {
            "other frontend", "# syntax=localhost:1/frontend\nFROM scratch\n", """
            exit 1
            Dockerfile:1
            --------------------
               1 | >>> # syntax=localhost:1/frontend
               2 |     FROM scratch
            --------------------
            ERROR: resolve "localhost:1/frontend:latest": cannot reach registry "localhost:1": Connection refused

            hint: check the name, the network and the proxy settings (HTTPS_PROXY, NO_PROXY)
            """
        },
        {
            "address that nobody serves", "FROM scratch\nADD http://localhost:1/x /x\n", """
            exit 1
            Dockerfile:2
            --------------------
               1 |     FROM scratch
               2 | >>> ADD http://localhost:1/x /x
            --------------------
            ERROR: fetching "http://localhost:1/x": connection refused (localhost:1)

            hint: check the address and the network of the daemon's machine
            """
        },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Build_OfBadDockerfile_SaysWhatWhereAndWhatToDo(string name, string dockerfile, string expected)
    {
        Directory.CreateDirectory(Path.Combine(coffer.Context, "sub"));
        await File.WriteAllTextAsync(Path.Combine(coffer.Context, "sub/file"), name, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(coffer.Context, "sub/ignored"), name, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(coffer.Context, ".dockerignore"), "sub/ignored\n", TestContext.Current.CancellationToken);

        var shown = await coffer.BuildAsync(dockerfile);

        Assert.Equal(expected.ReplaceLineEndings("\n"), shown);
        await coffer.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task Build_OfStageThatIsNotThere_NamesTheNearest() => Assert.Equal(
        """
        exit 1
        ERROR: target stage "bsae" could not be found (did you mean base?)
        """,
        await coffer.BuildAsync(Busybox, "--target", "bsae"));

    [Fact]
    public async Task Build_AfterFailures_Works()
    {
        await coffer.BuildAsync(Busybox + "RUN [\"/bin/busybox\", \"false\"]\n");

        Assert.Equal("exit 0", await coffer.BuildAsync(Busybox + "RUN [\"/bin/busybox\", \"true\"]\n"));
    }

    [Fact]
    public async Task Build_FailingWithSecret_DoesNotShowIt()
    {
        const string Secret = "correct-horse-battery-staple";
        await File.WriteAllTextAsync(Path.Combine(coffer.Directory, "word"), Secret, TestContext.Current.CancellationToken);

        var shown = await coffer.BuildAsync(
            Busybox + "RUN --mount=type=secret,id=word,env=WORD [\"/bin/busybox\", \"sh\", \"-c\", \"/bin/busybox test -n $WORD && exit 3\"]\n", "--secret", "id=word,src=word");

        Assert.EndsWith("exit code: 3", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, shown, StringComparison.Ordinal);
    }

    // What one build may do another that wants the same step must not.
    [Fact]
    public async Task Build_WithoutEntitlement_FailsWhereAnotherWithItRunsTheSame()
    {
        const string Dockerfile = Busybox + "RUN --network=host [\"/bin/busybox\", \"sh\", \"-c\", \"echo begun; exec /bin/busybox sleep 60\"]\n";
        await File.WriteAllTextAsync(Path.Combine(coffer.Context, "Dockerfile"), Dockerfile, TestContext.Current.CancellationToken);
        using var granted = coffer.Start("build", "--progress", "plain", "--allow", "network.host", coffer.Context);
        await granted.StandardError.FindLineAsync(" begun");

        var refused = await coffer.BuildAsync(Dockerfile);

        Assert.EndsWith("ERROR: network.host is not allowed\n\nhint: grant it with --allow network.host", refused, StringComparison.Ordinal);
        Assert.False(granted.HasExited);
        await granted.InterruptAsync();
    }
}
