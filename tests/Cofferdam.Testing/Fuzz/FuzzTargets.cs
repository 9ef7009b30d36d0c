using System.Collections.Immutable;
using System.Text;
using Cofferdam.Dockerfile;
using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Google.Protobuf;
using Platform = Cofferdam.Model.Platform;

namespace Cofferdam.Testing;

/// <summary>All that reads untrusted input.</summary>
public static class FuzzTargets
{
    /// <summary>The targets.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("dockerfile", Words.Dockerfile, ReadDockerfile),
        new("ignore", Words.Ignore, ReadIgnoreFile),
        new("llb", Words.Llb, ReadDefinition),
        new("git", Words.Git, ReadGitAddresses),
    ];

    private static void ReadDockerfile(byte[] input)
    {
        var options = ImmutableDictionary<string, string>.Empty.Add("build-arg:GIVEN", "given").Add("build-arg:VERSION", "1.2.3");
        options = (input.Length % 8) switch
        {
            1 => options.Add("requestid", "frontend.outline"),
            2 => options.Add("requestid", "frontend.lint"),
            3 => options.Add("requestid", "frontend.targets"),
            4 => options.Add("target", "build"),
            5 => options.Add("platform", "linux/amd64,linux/arm64"),
            _ => options,
        };
        var request = new FrontendRequest { Options = options, WorkerPlatforms = [Platform.Parse("linux/amd64")], SessionId = "session" };
        var task = new DockerfileFrontend().SolveAsync(request, new MemoryFrontendHost(input), CancellationToken.None);

        // Nothing of it waits, so that it is over by now and all was done by this thread.
        if (!task.IsCompleted)
        {
            throw new InvalidOperationException("the frontend waits for something");
        }

#pragma warning disable VSTHRD002 // It is completed.
        foreach (var image in task.GetAwaiter().GetResult().Images)
#pragma warning restore VSTHRD002
        {
            if (image.Definition.Def.Count > 0)
            {
                Load(image.Definition);
            }
        }
    }

    // Patterns, a line of two dashes, paths.
    private static void ReadIgnoreFile(byte[] input)
    {
        var end = input.AsSpan().IndexOf("\n--\n"u8);
        var patterns = IgnoreFile.Parse(end < 0 ? input : input.AsSpan(..end));
        var paths = end < 0 ? [] : Encoding.UTF8.GetString(input.AsSpan((end + 4)..)).Split('\n');
        var matcher = new PatternMatcher(patterns);
        foreach (var path in paths.Where(path => path.Length > 0).Take(50))
        {
            var whole = matcher.Matches(path);
            var step = default(PatternMatch);
            for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
            {
                step = matcher.Matches(path[..slash], step);
            }

            if (matcher.Matches(path, step).IsMatch != whole)
            {
                throw new InvalidOperationException($"level by level \"{path}\" matches {!whole}, as a whole {whole}");
            }

            matcher.MayMatchUnder(path, exceptionsOnly: true);
        }

        foreach (var pattern in patterns)
        {
            foreach (var path in paths.Take(10))
            {
                GoPathMatch.IsMatch(pattern, path);
            }
        }
    }

    private static void ReadDefinition(byte[] input)
    {
        Definition definition;
        try
        {
            definition = Definition.Parser.ParseFrom(input);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InvalidInputException("not a definition", error);
        }

        Link(definition);
        Load(definition);
    }

    // Inputs named @0, @1 … mean the operations of these numbers: digests would not outlive a change.
    private static void Link(Definition definition)
    {
        for (var i = 0; i < definition.Def.Count; i++)
        {
            try
            {
                var op = Op.Parser.ParseFrom(definition.Def[i]);
                foreach (var input in op.Inputs.Where(input => input.Digest.StartsWith('@') && int.TryParse(input.Digest.AsSpan(1), out var number) && number >= 0 && number < definition.Def.Count))
                {
                    input.Digest = Digest.Of(definition.Def[int.Parse(input.Digest.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture)].Span).ToString();
                }

                definition.Def[i] = op.ToByteString();
            }
            catch (InvalidProtocolBufferException)
            {
                // The reader is to say so.
            }
        }
    }

    private static void Load(Definition definition)
    {
        var graph = DefinitionReader.Read(definition);
        new GraphLoader(new FuzzOperations(), SealPolicy.Default, new DeviceRegistry(new DeviceOptions { IsDisabled = true })).Load(definition, new HashSet<string> { "network.host", "security.insecure" }, SourcePolicies.None);
        if (graph.Root is { } root)
        {
            StepLocations.Find(definition, root);
            var again = DefinitionReader.Read(LlbState.Scratch.WithNode(new DefinitionNode(graph)).ToDefinition());
            if (again.Root != root || again.Operations.Length != graph.Operations.Length)
            {
                throw new InvalidOperationException("a definition that is written again is another");
            }
        }
    }

    private static void ReadGitAddresses(byte[] input)
    {
        foreach (var line in Encoding.UTF8.GetString(input).Split('\n'))
        {
            try
            {
                ReadGitAddress(line);
            }
            catch (CofferdamException) when (line.Length < input.Length)
            {
                // The next may still be one.
            }
        }
    }

    private static void ReadGitAddress(string line)
    {
        if (GitReference.Parse(line) is { } reference)
        {
            Load(reference.ToState(new NodeOptions(), null).ToDefinition());
        }
    }

    private static class Words
    {
        public static readonly string[] Dockerfile =
        [
            "FROM ", "FROM scratch\n", "FROM alpine AS build\n", "FROM trigger\n", "RUN ", "COPY ", "ADD ", "ENV ", "ARG ", "LABEL ", "WORKDIR ", "USER ", "CMD ", "ENTRYPOINT ", "EXPOSE ", "VOLUME ", "HEALTHCHECK ",
            "SHELL ", "STOPSIGNAL ", "ONBUILD ", "MAINTAINER ", " AS ", "--from=", "--from=0 ", "--from=build ", "--mount=type=", "--mount=type=bind,from=build,target=/x ", "--mount=type=cache,target=/c ", "--mount=type=secret,id=s ",
            "--mount=type=ssh ", "--mount=type=tmpfs,size=1g,target=/t ", "--chown=", "--chmod=", "--link ", "--parents ", "--exclude=", "--network=none ", "--security=insecure ", "--platform=$BUILDPLATFORM ", "--checksum=sha256:",
            "--keep-git-dir=true ", "--interval=1s ", "--start-period=1h2m ", "<<EOF\n", "<<-'EOF'\n", "\nEOF\n", "<<", "$", "${", "}", "$A", "${A:-", "${A:+", "${A#", "${A%%*", "${A/a/b}", "${A//?/$A}", "$GIVEN", "$$", "\\", "\\\n", "`",
            "\n", "\r\n", "\t", " ", "\"", "'", "[\"a\", \"b\"]", "[", "]", ",", "=", "#", "# escape=`\n", "# syntax=docker/dockerfile:1\n", "# check=skip=all;error=true\n", "\uFEFF", "\0", "é", "😀", "0-65535/udp", "99999999999999999999",
            "https://host/a.tar ", "https://host/a.git#main:dir ", "git@host:a/b.git ", "NONE", "A=$A$A ", "scratch", "../..", "/", "SIGKILL",
        ];

        public static readonly string[] Ignore =
        [
            "*", "**", "?", "[", "]", "[a-z]", "[^a]", "[a-", "\\", "!", "#", "/", "//", ".", "..", "./", "../", "\n", "\r\n", "\n--\n", " ", "\t", "a", "*a*a*a*b", "**/**/**/x", "é", "😀", "\uFEFF", "\0", "-", "^", "a/b/c", "!**/a", "$", "(", ")+", "{2}", "|",
        ];

        public static readonly string[] Llb =
        [
            "@0", "@1", "@2", "@3", "sha256:", "docker-image://", "docker-image://docker.io/library/alpine:latest", "local://context", "git://host/a.git#main", "https://host/file", "oci-layout://a/b@sha256:", "http.checksum", "http.perm",
            "http.uid", "git.fullurl", "local.followpaths", "llb.customname", "\n", "\x12", "\x1a", "\0", "\x08\x7f", "\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x01", "\x0a\x02@0", "\x0a\x04\x0a\x02@0", "-1", "0777", "99999999999",
        ];

        public static readonly string[] Git =
        [
            "https://", "http://", "ssh://", "git://", "git@", "github.com/", "host", ".git", "#", "#main", "#:dir", ":", "/", "..", "@", "?", "&", "=", "?ref=", "&tag=", "&branch=", "&subdir=", "&commit=", "&checksum=", "&mtime=commit",
            "&keep-git-dir", "&submodules=false", "&fetch-by-commit", "%", "%2F", "%00", "+", " ", "\n", "user:password@", "[::1]", ":22", "é", "😀", "\0", "refs/heads/", "./", "../",
        ];
    }
}
