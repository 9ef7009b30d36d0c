using System.Text.RegularExpressions;
using Cofferdam.Cli.Errors;
using Cofferdam.Cli.Terminal;
using Cofferdam.Daemon;
using Cofferdam.Testing;

namespace Cofferdam.UnitTests.Dockerfile;

/// <summary>A Dockerfile with a mistake and all that its user is told of it. ErrorTable.txt has them, each as <c>=== name | option=value</c>, the Dockerfile, <c>---</c> and the text.</summary>
internal sealed partial record ErrorCase(string Name, (string Name, string Value)[] Options, string Dockerfile, string Expected)
{
    private static readonly string File = Path.Combine(Repository.Root, "tests/Cofferdam.UnitTests/Dockerfile/ErrorTable.txt");

    public static IReadOnlyDictionary<string, ErrorCase> All { get; } = Read().ToDictionary(item => item.Name);

    /// <summary>Builds it and returns what <c>coffer build</c> prints, by the way of the daemon's answer.</summary>
    public async Task<string> DescribeAsync()
    {
        var scenario = new FrontendScenario(Expand(Dockerfile), [.. Options.Where(option => !option.Name.StartsWith("onbuild:", StringComparison.Ordinal))]);
        foreach (var (name, trigger) in Options.Where(option => option.Name.StartsWith("onbuild:", StringComparison.Ordinal)))
        {
            scenario.Host.Configs[$"docker.io/library/{name["onbuild:".Length..]}:latest"] = $$$"""{"architecture":"amd64","os":"linux","config":{"OnBuild":["{{{trigger}}}"]},"rootfs":{"type":"layers","diff_ids":[]}}""";
        }

        var error = new StringWriter { NewLine = "\n" };
        var console = new CommandConsole { Input = Stream.Null, OutputStream = Stream.Null, Output = TextWriter.Null, Error = error, ErrorStream = Stream.Null, Variable = _ => null, WorkingDirectory = "/" };
        if (await Xunit.Record.ExceptionAsync(scenario.SolveAsync) is not { } failure)
        {
            return "no error\n";
        }

        ErrorPrinter.Print(ServiceErrors.ToBuildRpc(failure), console, interrupted: false);
        return LongRun().Replace(error.ToString(), match => $"{{{match.Value[0]}*{match.Length}}}");
    }

    /// <summary>Writes what each gives now into the table.</summary>
    public static async Task AcceptAsync()
    {
        var text = new StringWriter { NewLine = "\n" };
        foreach (var item in All.Values)
        {
            var options = string.Concat(item.Options.Select(option => $" | {option.Name}={option.Value}"));
            await text.WriteAsync($"=== {item.Name}{options}\n{item.Dockerfile}---\n{await item.DescribeAsync()}");
        }

        await System.IO.File.WriteAllTextAsync(File, text.ToString());
    }

    private static IEnumerable<ErrorCase> Read()
    {
        foreach (var part in System.IO.File.ReadAllText(File).Split("=== ", StringSplitOptions.RemoveEmptyEntries))
        {
            var end = part.IndexOf('\n', StringComparison.Ordinal);
            var head = part[..end].Split(" | ");
            var middle = part.IndexOf("\n---\n", end, StringComparison.Ordinal) + 1;
            yield return new ErrorCase(
                head[0],
                [.. head.Skip(1).Select(option => (option[..option.IndexOf('=', StringComparison.Ordinal)], option[(option.IndexOf('=', StringComparison.Ordinal) + 1)..]))],
                part[(end + 1)..middle],
                part[(middle + "---\n".Length)..]);
        }
    }

    // {x*70000} stands for so many of a letter.
    private static string Expand(string text) => Repetition().Replace(text, match => new string(match.Groups[1].Value[0], int.Parse(match.Groups[2].Value, null)));

    [GeneratedRegex(@"\{(.)\*(\d+)\}")]
    private static partial Regex Repetition();

    [GeneratedRegex(@"([a-z])\1{99,}")]
    private static partial Regex LongRun();
}
