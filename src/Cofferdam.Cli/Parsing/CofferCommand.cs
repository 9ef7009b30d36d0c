using System.CommandLine;

namespace Cofferdam.Cli.Parsing;

/// <summary>A command: its options and arguments, and what it does.</summary>
internal abstract class CofferCommand(string name, string description) : Command(name, description)
{
    /// <summary>Command lines that show its use.</summary>
    public IReadOnlyList<string> Examples { get; protected init; } = [];

    /// <summary>Whether all after the first argument belongs to another program.</summary>
    public bool StopsAtFirstArgument { get; protected init; }

    /// <summary>Does the work; returns the exit code.</summary>
    public abstract Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken);

    /// <summary>An option that may be given several times.</summary>
    protected Option<string[]> Many(string name, string? shortName, string valueName, string description) =>
        Added(new Option<string[]>(name, Short(shortName)) { Description = description, HelpName = valueName, Arity = ArgumentArity.ZeroOrMore });

    /// <summary>An option with one value; the last one given counts.</summary>
    protected Option<string?> One(string name, string? shortName, string valueName, string description) =>
        Added(new Option<string?>(name, Short(shortName)) { Description = description, HelpName = valueName, Arity = ArgumentArity.ZeroOrOne });

    /// <summary>An option that is on or off.</summary>
    protected Option<bool> Flag(string name, string? shortName, string description) =>
        Added(new Option<bool>(name, Short(shortName)) { Description = description });

    /// <summary>An argument that must be there.</summary>
    protected Argument<string> Required(string name, string description) => Added(new Argument<string>(name) { Description = description, Arity = ArgumentArity.ExactlyOne });

    /// <summary>An argument that may be missing.</summary>
    protected Argument<string?> Optional(string name, string description) => Added(new Argument<string?>(name) { Description = description, Arity = ArgumentArity.ZeroOrOne });

    /// <summary>All further arguments.</summary>
    protected Argument<string[]> Rest(string name, string description, bool atLeastOne) =>
        Added(new Argument<string[]>(name) { Description = description, Arity = atLeastOne ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore });

    private static string[] Short(string? name) => name is null ? [] : [name];

    private T Added<T>(T symbol)
        where T : Symbol
    {
        switch (symbol)
        {
            case Option option:
                Options.Add(option);
                break;
            case Argument argument:
                Arguments.Add(argument);
                break;
        }

        return symbol;
    }
}
