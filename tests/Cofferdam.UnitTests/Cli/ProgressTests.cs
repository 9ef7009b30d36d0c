using Cofferdam.Cli.Progress;
using Cofferdam.Protocol.Control;
using Cofferdam.Protocol.Llb;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Xunit;

namespace Cofferdam.UnitTests.Cli;

public sealed class ProgressTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly ProgressModel _model = new();

    [Fact]
    public void Plain_Steps_LookLikeBuildKits()
    {
        var writer = new StringWriter();
        var renderer = new PlainRenderer(writer);
        Apply(renderer, 0, Step("a", "[internal] load build definition", 0));
        Apply(renderer, 0.1, Transfer("a", "transferring dockerfile:", 92, 0, 0, 0.1, ended: true), Step("a", "[internal] load build definition", 0, 0.1));
        Apply(renderer, 0.2, Step("b", "[1/2] FROM alpine", 0.2, 0.2, cached: true), Step("c", "[2/2] RUN make", 0.2));
        Apply(renderer, 0.5, Log("c", 0.3, "one\ntw"));
        Apply(renderer, 1.0, Log("c", 0.9, "o\n"), Step("c", "[2/2] RUN make", 0.2, 1.0));
        renderer.Finish(_model, succeeded: true, At(1));
        Assert.Equal(
            """
            #1 [internal] load build definition
            #1 transferring dockerfile: 92B 0.1s done
            #1 DONE 0.1s

            #2 [1/2] FROM alpine
            #2 CACHED

            #3 [2/2] RUN make
            #3 0.100 one
            #3 0.100 two
            #3 DONE 0.8s

            """,
            writer.ToString());
    }

    [Fact]
    public void Plain_TwoRunningSteps_SwitchAfterAWhile()
    {
        var writer = new StringWriter();
        var renderer = new PlainRenderer(writer);
        Apply(renderer, 0, Step("a", "one", 0), Step("b", "two", 0));
        Apply(renderer, 1, Log("b", 1, "early\n"));
        Apply(renderer, 3, Log("b", 3, "late\n"));
        Assert.Equal("#1 one\n#1 ...\n\n#2 two\n#2 1.000 early\n#2 3.000 late\n", writer.ToString());
    }

    [Fact]
    public void Plain_FailedAndCanceled_Say()
    {
        var writer = new StringWriter();
        var renderer = new PlainRenderer(writer);
        Apply(renderer, 1, Step("a", "one", 0, 1, error: "exit code: 3"), Step("b", "two", 0, 1, error: "context canceled"));
        Assert.Equal("#1 one\n#1 ERROR: exit code: 3\n\n#2 two\n#2 CANCELED\n", writer.ToString());
    }

    [Fact]
    public void Frame_RunningBuild_ShowsStepsTransfersAndOutput()
    {
        _model.Apply(Message(Step("a", "[1/2] FROM alpine", 0, 1, cached: true), Step("b", "[2/2] RUN make", 1)));
        _model.Apply(Message(Transfer("b", "sha256:12", 1500000, 3000000, 1, 2, ended: false), Log("b", 2, "\e[31mred\e[0m\nhalf 10%\rhalf 50%")));
        Assert.Equal(
            """
            [+] Building 3.0s (1/2)
             => CACHED [1/2] FROM alpine        1.0s
             => [2/2] RUN make                  2.0s
             => => extracting sha256:12 1.50MB  2.0s
             => => # red
             => => # half 50%
            """,
            Draw(rows: 24, columns: 41));
    }

    [Fact]
    public void Frame_SmallTerminal_KeepsWhatRuns()
    {
        _model.Apply(Message([.. Enumerable.Range(1, 100).Select(i => Step("s" + i, "step " + i, i, i + 1)), Step("run", "running", 101)]));
        _model.Apply(Message(Log("run", 101, "1\n2\n3\n4\n5\n6\n7\n8\n")));
        var lines = Draw(rows: 12, columns: 40, at: 102).Split('\n');
        Assert.Equal(11, lines.Length);
        Assert.Contains("(100/101)", lines[0], StringComparison.Ordinal);
        Assert.StartsWith(" => running", lines[4], StringComparison.Ordinal);
        Assert.Equal(" => => # 8", lines[10]);
    }

    [Fact]
    public void Frame_Group_IsOneStep()
    {
        var group = new ProgressGroup { Id = "g", Name = "COPY --link a b" };
        var (one, two) = (Step("a", "copy", 0, 1), Step("b", "merge", 1));
        (one.Vertexes[0].ProgressGroup, two.Vertexes[0].ProgressGroup) = (group, group);
        _model.Apply(Message(one, two));
        Assert.Equal("[+] Building 3.0s (0/1)\n => COPY --link a b                 3.0s", Draw(24, 41));
    }

    [Fact]
    public void Terminal_Frames_AreDrawnOverEachOtherAndCursorComesBack()
    {
        var writer = new StringWriter();
        var renderer = new TerminalRenderer(writer, static () => (24, 40), colors: false);
        Apply(renderer, 0, Step("a", "one", 0));
        Apply(renderer, 1, Step("a", "one", 0, 1));
        renderer.Finish(_model, succeeded: true, At(1));
        var frames = writer.ToString().Split("\e[?2026h", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, frames.Length);
        Assert.StartsWith("\e[?25l[+] Building 0.0s (0/1)\e[K\n", frames[0], StringComparison.Ordinal);
        Assert.StartsWith("\e[2A\r[+] Building 1.0s (1/1)\e[K\n => one", frames[1], StringComparison.Ordinal);
        Assert.Contains("FINISHED", frames[2], StringComparison.Ordinal);
        Assert.EndsWith("\e[J\e[?25h\e[?2026l", frames[2], StringComparison.Ordinal);
    }

    [Fact]
    public void RawJson_Message_IsOneLineInBuildxForm()
    {
        var writer = new StringWriter();
        Apply(new RawJsonRenderer(writer), 0, Step("a", "one", 0, 0.5, cached: true), Log("a", 0.25, "hi"));
        Assert.Equal(
            """
            {"vertexes":[{"digest":"a","name":"one","started":"2026-01-02T03:04:05Z","completed":"2026-01-02T03:04:05.5Z","cached":true}],"logs":[{"vertex":"a","stream":1,"data":"aGk=","timestamp":"2026-01-02T03:04:05.25Z"}]}

            """,
            writer.ToString());
    }

    private string Draw(int rows, int columns, double at = 3) =>
        string.Join('\n', new TerminalFrame(colors: false).Draw(_model, At(at), rows, columns, finished: false, succeeded: false).Select(line => line.Text));

    private void Apply(IProgressRenderer renderer, double at, params StatusResponse[] parts)
    {
        var message = Message(parts);
        _model.Apply(message);
        renderer.Update(_model, message, At(at));
    }

    private static StatusResponse Message(params StatusResponse[] parts)
    {
        var message = new StatusResponse();
        parts.ToList().ForEach(message.MergeFrom);
        return message;
    }

    private static StatusResponse Step(string digest, string name, double started, double? completed = null, bool cached = false, string error = "") => new()
    {
        Vertexes = { new Vertex { Digest = digest, Name = name, Started = Stamp(started), Completed = completed is { } end ? Stamp(end) : null, Cached = cached, Error = error } },
    };

    private static StatusResponse Transfer(string vertex, string id, long current, long total, double started, double now, bool ended) => new()
    {
        Statuses =
        {
            new VertexStatus { Vertex = vertex, ID = id, Name = "extracting", Current = current, Total = total, Started = Stamp(started), Timestamp = Stamp(now), Completed = ended ? Stamp(now) : null },
        },
    };

    private static StatusResponse Log(string vertex, double at, string text) => new()
    {
        Logs = { new VertexLog { Vertex = vertex, Stream = 1, Timestamp = Stamp(at), Msg = ByteString.CopyFromUtf8(text) } },
    };

    private static DateTimeOffset At(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    private static Timestamp Stamp(double seconds) => Timestamp.FromDateTimeOffset(At(seconds));
}
