using System.Runtime.InteropServices;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Makes images of frontends: of coffer's own, and of scripts.</summary>
internal static class FrontendImage
{
    private const string Labels = """
        LABEL moby.buildkit.frontend.network.none="true"
        LABEL moby.buildkit.frontend.caps="moby.buildkit.frontend.inputs,moby.buildkit.frontend.subrequests,moby.buildkit.frontend.contexts,moby.buildkit.frontend.gitquerystring"
        """;

    /// <summary>Pushes the image of <c>coffer frontend</c>; skips the test where the program was not published.</summary>
    public static async Task<string> PushAsync(DaemonFixture daemon, string name, bool hasLabels = true)
    {
        var program = FindProgram();
        var context = daemon.NewDirectory(("Dockerfile", $"FROM scratch\nCOPY files /\n{(hasLabels ? Labels : string.Empty)}\nENTRYPOINT [\"/coffer\", \"frontend\"]\n"));
        var files = Directory.CreateDirectory(Path.Combine(context, "files")).FullName;
        File.Copy(program, Path.Combine(files, "coffer"));
        foreach (var path in await LibrariesAsync(daemon, program))
        {
            var target = files + path;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target, overwrite: true);
        }

        await daemon.MustCofferAsync("build", "--progress", "plain", "--push", "-t", name, context);
        return name;
    }

    /// <summary>Pushes an image whose entry point is a shell script.</summary>
    public static async Task<string> PushScriptAsync(DaemonFixture daemon, string name, string script)
    {
        var context = daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\nCOPY --chmod=755 script /script\nENTRYPOINT [\"/script\"]\n"), ("script", "#!/bin/sh\n" + script));
        await daemon.MustCofferAsync("build", "--progress", "plain", "--push", "-t", name, context);
        return name;
    }

    // What it is linked with, and OpenSSL, which .NET loads when it needs it.
    private static async Task<IEnumerable<string>> LibrariesAsync(DaemonFixture daemon, string program)
    {
        var known = await daemon.RunAsync("/sbin/ldconfig", "-p");
        string[] loaded = [.. known.Output.Split('\n').Where(line => line.Contains("libssl.so.3 ", StringComparison.Ordinal) || line.Contains("libcrypto.so.3 ", StringComparison.Ordinal)).Select(line => line.Split("=> ")[1].Trim())];
        var linked = await daemon.RunAsync("ldd", [program, .. loaded]);
        return linked.Output.Split([' ', '\t', '\n', ':']).Where(word => word.StartsWith('/') && word != program).Concat(loaded).Distinct();
    }

    private static string FindProgram()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Cofferdam.slnx")))
        {
            directory = directory.Parent;
        }

        var program = Path.Combine(directory?.FullName ?? "/", "artifacts/coffer/coffer");
        Assert.SkipUnless(File.Exists(program), $"there is no {program}: run eng/build");
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64, "the program is published for other machines");
        return program;
    }
}
