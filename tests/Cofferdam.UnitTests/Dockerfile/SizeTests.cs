using System.Diagnostics;
using System.Text;
using Cofferdam.Dockerfile;
using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;
using Google.Protobuf;
using Xunit;

namespace Cofferdam.UnitTests.Dockerfile;

/// <summary>Input that is large, deep or made to explode is answered in seconds: with a result or with an error that says what is wrong.</summary>
public sealed class SizeTests
{
    // Four times the input takes four times as long, and sixteen times where the complexity is wrong; between them is room for what else the machine does.
    private const double MaxFactor = 10;
    private static readonly TimeSpan Noise = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    public static TheoryData<string, int> Texts => new()
    {
        { "run", 5_000 },
        { "env", 5_000 },
        { "label", 5_000 },
        { "arg", 5_000 },
        { "unset argument", 2_500 },
        { "expose", 5_000 },
        { "volume", 5_000 },
        { "copy", 5_000 },
        { "unset variable", 2_500 },
        { "pattern", 1_000 },
        { "onbuild", 2_500 },
        { "chain", 2_500 },
        { "independent", 2_500 },
        { "copies", 2_500 },
        { "copies by number", 2_500 },
        { "unset in from", 1_000 },
        { "continuation", 10_000 },
        { "heredocs", 2_500 },
        { "mounts", 500 },
        { "comments", 10_000 },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Solve_OfFourTimesTheText_TakesNoMoreThanItsShare(string kind, int size) =>
        await AssertLinearAsync(count => new FrontendScenario(Write(kind, count)).SolveAsync(), size);

    [Fact]
    public async Task Solve_OfTenMegabytes_Completes()
    {
        var text = new StringBuilder("FROM alpine\n");
        while (text.Length < 10 << 20)
        {
            text.Append("RUN echo ").Append('x', 60_000).Append('\n');
        }

        await AssertFastAsync(() => new FrontendScenario(text.ToString()).SolveAsync());
    }

    [Fact]
    public async Task Solve_OfHundredThousandLines_Completes() => await AssertFastAsync(() => new FrontendScenario(Write("run", 100_000)).SolveAsync());

    [Theory]
    [InlineData("chain")]
    [InlineData("independent")]
    [InlineData("copies")]
    public async Task Solve_OfTenThousandStages_Completes(string kind) => await AssertFastAsync(() => new FrontendScenario(Write(kind, 10_000)).SolveAsync());

    [Fact]
    public async Task Solve_OfTenThousandBuildArguments_Completes()
    {
        var options = Enumerable.Range(0, 10_000).Select(i => ($"build-arg:A{i}", $"{i}")).ToArray();

        await AssertFastAsync(() => new FrontendScenario(Write("arg", 10_000), options).SolveAsync());
    }

    [Fact]
    public async Task Solve_OfCircle_NamesItsEndsOnly()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 10_000; i++)
        {
            text.Append($"FROM scratch AS s{i}\nCOPY --from={(i + 1) % 10_000} / /\n");
        }

        var error = await new FrontendScenario(text.ToString()).FailAsync();

        Assert.Equal("circular dependency detected on stage: s0", error.Message);
        Assert.Equal("the circle is s0 -> s1 -> s2 -> s3 -> s4 -> (9991 more) -> s9996 -> s9997 -> s9998 -> s9999 -> s0", error.Hint);
    }

    [Fact]
    public async Task Solve_OfStageFromItself_IsAnImage() =>
        Assert.Contains("docker.io/library/me:latest: not found", (await new FrontendScenario("FROM me AS me\n").FailAsync()).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Solve_OfCopyFromItself_IsACircle() =>
        Assert.Equal("circular dependency detected on stage: me", (await new FrontendScenario("FROM scratch AS me\nCOPY --from=me / /\n").FailAsync()).Message);

    [Fact]
    public async Task Solve_OfTriggersThatMakeTriggers_Ends()
    {
        var scenario = new FrontendScenario("FROM trigger AS a\nFROM a AS b\nFROM b\n")
        {
            Host = { Configs = { ["docker.io/library/trigger:latest"] = """{"architecture":"amd64","os":"linux","config":{"OnBuild":["ONBUILD RUN a","ONBUILD RUN b"]},"rootfs":{"type":"layers","diff_ids":[]}}""" } },
        };

        await AssertFastAsync(scenario.SolveAsync);
    }

    [Theory]
    [InlineData("$V$V", "")]
    [InlineData("${V}${V:-x}", "")]
    [InlineData("\"$V$V\"", "")]
    [InlineData("${V//x/$V}", "replacing makes ")]
    public async Task Solve_OfVariablesThatDouble_IsRefused(string value, string start)
    {
        var text = "FROM scratch\nENV V=xxxxxxxxxx\n" + string.Concat(Enumerable.Repeat($"ENV V={value}\n", 40));

        var error = await new FrontendScenario(text).FailAsync();

        Assert.EndsWith((start.Length > 0 ? start + "it" : "its variables make it") + " grow by more than 1 MiB", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("failed to process ", error.Message, StringComparison.Ordinal);
        Assert.InRange(Assert.Single(error.Location!.Ranges).Start, 4, 30);
    }

    [Theory]
    [InlineData("ENV A=$V\n")]
    [InlineData("RUN true\n")]
    [InlineData("EXPOSE 0-65535\n")]
    public async Task Solve_OfManyLongValues_IsRefused(string line)
    {
        var text = new StringBuilder("FROM scratch\nENV V=xxxxxxxxxx\n");
        text.Append(string.Concat(Enumerable.Repeat("ENV V=$V$V\n", 15)));
        text.Append(string.Concat(Enumerable.Repeat(line, 5_000)));

        Assert.StartsWith("the Dockerfile's variables and ports come to more than 128 MiB", (await new FrontendScenario(text.ToString()).FailAsync()).Message.Split(": ")[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(101, true)]
    [InlineData(500_000, true)]
    public void Expand_OfNestedVariables_HasALimit(int depth, bool isRefused)
    {
        var text = string.Concat(Enumerable.Repeat("${a:-", depth)) + new string('}', depth);

        var error = Record.Exception(() => new WordExpander('\\').Expand(text, EnvironmentList.Empty));

        Assert.Equal(isRefused, error is CofferdamException { Message: var message } && message.EndsWith("variables are nested more than 100 deep", StringComparison.Ordinal));
        Assert.True(isRefused || error is null);
        Assert.InRange(error?.Message.Length ?? 0, 0, 1200);
    }

    [Theory]
    [InlineData(65_536, false)] // with the line break
    [InlineData(65_537, true)]
    public async Task Solve_OfLongLine_IsRefusedAsByBuildKit(int length, bool isRefused)
    {
        var scenario = new FrontendScenario($"FROM scratch\n{"ENV A=".PadRight(length - 1, 'x')}\n");

        var error = await Record.ExceptionAsync(scenario.SolveAsync);

        Assert.Equal(isRefused ? "dockerfile line greater than max allowed size of 65535" : null, error?.Message);
    }

    [Theory]
    [InlineData("# a=                                  x")]
    [InlineData("RUN <<                                x<<y")]
    [InlineData("ENV A=${A#*a*a*a*a*a*a*a*a*b}")]
    public async Task Solve_OfLineMadeToExplode_Completes(string line)
    {
        var longLine = line.Replace("          ", new string(' ', 15_000), StringComparison.Ordinal);
        var text = $"{(line[0] == '#' ? longLine + "\n" : string.Empty)}FROM scratch\nENV A={new string('a', 60_000)}\n{longLine}\n";

        await AssertFastAsync(() => new FrontendScenario(text).SolveAsync());
    }

    [Fact]
    public void Ignore_OfHundredThousandPatterns_Completes() => AssertFast(() =>
    {
        var patterns = IgnoreFile.Parse(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 25_000).Select(i => $"dir{i}/file\n*.ext{i}\n**/name{i}/*\n!a[{i % 10}]b{i}\n"))));
        var matcher = new PatternMatcher(patterns);
        for (var i = 0; i < 50; i++)
        {
            Assert.False(matcher.Matches($"some/directory/or/other{i}/file.txt"));
        }

        Assert.True(matcher.Matches("x.ext24999"));
    });

    [Theory]
    [InlineData("*a*a*a*a*a*a*a*a*a*a*b")]
    [InlineData("**/**/**/**/**/**/x")]
    [InlineData("**a**a**a**a**a**a**b")]
    [InlineData("[a]*[a]*[a]*[a]*[a]*[a]*[b]")]
    [InlineData("*?*?*?*?*?*?*?*?*?*b")]
    public void Ignore_OfExplodingPattern_Completes(string pattern)
    {
        var matcher = new PatternMatcher([pattern]);
        foreach (var path in new[] { new string('a', 4000), string.Join('/', Enumerable.Repeat("a", 2000)), string.Concat(Enumerable.Repeat("aaaaaaaaaa/", 300)) + "a" })
        {
            AssertFast(() => Assert.False(matcher.Matches(path)));
        }

        Assert.False(GoPathMatch.IsMatch(pattern, new string('a', 4000)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    public void Definition_OfHundredThousandOperations_IsRead(int width)
    {
        var definition = Define(100_000, width);

        AssertFast(() => Assert.Equal(width == 1 ? 100_000 : 100_001, DefinitionReader.Read(definition).Operations.Length));
        AssertFast(() => Assert.NotNull(new GraphLoader(new NoOperations(), SealPolicy.Default, new DeviceRegistry(new DeviceOptions())).Load(definition, new HashSet<string>(), SourcePolicies.None)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void Definition_WithOutputThatCannotBe_IsRefused(long index)
    {
        var definition = Define(2, 1);
        var last = Op.Parser.ParseFrom(definition.Def[^1]);
        last.Inputs[0].Index = index;
        definition.Def[^1] = last.ToByteString();

        Assert.Throws<InvalidInputException>(() => new GraphLoader(new NoOperations(), SealPolicy.Default, new DeviceRegistry(new DeviceOptions())).Load(definition, new HashSet<string>(), SourcePolicies.None));
    }

    [Fact]
    public void Definition_WithMissingOperation_IsRefused()
    {
        var definition = Define(3, 1);
        definition.Def.RemoveAt(0);

        Assert.EndsWith("is missing", Assert.Throws<InvalidInputException>(() => DefinitionReader.Read(definition)).Message, StringComparison.Ordinal);
        Assert.EndsWith("is missing", Assert.Throws<InvalidInputException>(() => new GraphLoader(new NoOperations(), SealPolicy.Default, new DeviceRegistry(new DeviceOptions())).Load(definition, new HashSet<string>(), SourcePolicies.None)).Message, StringComparison.Ordinal);
    }

    // No operation can hold its own digest; one that names the digest of the last names what is none.
    [Fact]
    public void Definition_WhoseRootNamesItself_IsRefused()
    {
        var definition = Define(1, 1);
        definition.Def.RemoveAt(0);

        Assert.Throws<InvalidInputException>(() => DefinitionReader.Read(definition));
        Assert.Throws<InvalidInputException>(() => new GraphLoader(new NoOperations(), SealPolicy.Default, new DeviceRegistry(new DeviceOptions())).Load(definition, new HashSet<string>(), SourcePolicies.None));
    }

    private static string Write(string kind, int count)
    {
        var text = new StringBuilder(kind switch { "chain" or "copies" or "copies by number" => "FROM alpine AS s0\n", "independent" or "unset in from" => string.Empty, _ => "FROM alpine\n" });
        for (var i = 1; i <= count; i++)
        {
            text.Append(Line(kind, i));
        }

        return kind switch
        {
            "unset argument" => text + "RUN true\n",
            "onbuild" => "FROM alpine AS base\n" + text.ToString()["FROM alpine\n".Length..] + "FROM base\nRUN true\n",
            "continuation" => $"{text}\\\n\nRUN true\n".Replace("FROM alpine\n", "FROM alpine\nRUN true \\\n", StringComparison.Ordinal),
            "heredocs" => text + "RUN true\n",
            "mounts" => $"{string.Concat(Enumerable.Range(1, count).Select(i => $"FROM scratch AS s{i}\nCOPY a{i} /\n"))}FROM alpine\nRUN {text.ToString()["FROM alpine\n".Length..]} true\n",
            "unset in from" => $"{string.Concat(Enumerable.Range(0, count).Select(i => $"ARG ARGUMENT{i}\n"))}{text}",
            "comments" => text + "RUN true\n",
            _ => text.ToString(),
        };
    }

    private static string Line(string kind, int i) => kind switch
    {
        "run" => $"RUN echo {i} $HOME\n",
        "env" => $"ENV V{i}={i} W=$V{i - 1}\n",
        "label" => $"LABEL l{i}={i}\n",
        "arg" => $"ARG A{i}=1\n",
        "unset argument" => $"ARG A{i}\n",
        "expose" => $"EXPOSE {i % 60_000}\n",
        "volume" => $"VOLUME /v{i}\n",
        "copy" => $"COPY a{i} /b\n",
        "unset variable" => $"ENV V{i}=$UNSET{i}\n",
        "pattern" => $"ENV V{i}=${{PATH#*a{i}}}\n",
        "onbuild" => $"ONBUILD RUN {i}\n",
        "chain" => $"FROM s{i - 1} AS s{i}\nRUN {i}\n",
        "independent" => $"FROM alpine AS s{i}\nRUN {i}\n",
        "copies" => $"FROM scratch AS s{i}\nCOPY --from=s{i - 1} /a /b\n",
        "copies by number" => $"FROM scratch\nCOPY --from={i - 1} /a /b\n",
        "unset in from" => $"FROM alpine$ARGUMENTX{i} AS s{i}\n",
        "continuation" => $"&& echo {i} \\\n",
        "heredocs" => $"RUN <<E{i}\necho\nE{i}\n",
        "mounts" => $"--mount=type=bind,from=s{i},target=/m{i} \\\n",
        _ => $"# comment {i}\n",
    };

    // A chain, or operations side by side that one merges.
    private static Definition Define(int count, int width)
    {
        var definition = new Definition();
        var digests = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var op = new Op { Source = new SourceOp { Identifier = $"docker-image://image{i}" } };
            if (width == 1 && i > 0)
            {
                op.Inputs.Add(new Input { Digest = digests[^1] });
            }

            digests.Add(Add(op));
        }

        var root = digests[^1];
        if (width > 1)
        {
            var merge = new Op { Merge = new MergeOp() };
            merge.Inputs.AddRange(digests.Select(digest => new Input { Digest = digest }));
            root = Add(merge);
        }

        Add(new Op { Inputs = { new Input { Digest = root } } });
        return definition;

        string Add(Op op)
        {
            var bytes = op.ToByteString();
            definition.Def.Add(bytes);
            return Digest.Of(bytes.Span).ToString();
        }
    }

    private static void AssertFast(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Bound);
    }

    private static async Task AssertFastAsync(Func<Task> action)
    {
        var watch = Stopwatch.StartNew();
        await action();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Bound);
    }

    private static async Task AssertLinearAsync(Func<int, Task> action, int size)
    {
        await action(size / 10);
        for (var attempt = 0; ; attempt++)
        {
            var once = await MeasureAsync(() => action(size));
            var fourTimes = await MeasureAsync(() => action(4 * size));
            TestContext.Current.TestOutputHelper?.WriteLine($"{size}: {once.TotalMilliseconds:F0} ms, {4 * size}: {fourTimes.TotalMilliseconds:F0} ms");
            if (fourTimes <= (once * MaxFactor) + Noise)
            {
                return;
            }

            Assert.True(attempt < 3, $"{size} take {once.TotalMilliseconds:F0} ms and {4 * size} take {fourTimes.TotalMilliseconds:F0} ms");
        }
    }

    private static async Task<TimeSpan> MeasureAsync(Func<Task> action)
    {
        var watch = Stopwatch.StartNew();
        await action();
        return watch.Elapsed;
    }

    private sealed class NoOperations : IOperationFactory
    {
        public IOperation Create(Op op, OpMetadata? metadata, SealPolicy seal) => null!;

        public string Describe(Op op) => string.Empty;
    }
}
