namespace Cofferdam.Cli.Parsing;

/// <summary>A command line, taken apart.</summary>
/// <param name="Command">The command; null is none named.</param>
/// <param name="Tokens">Its options as <c>--name=value</c>, then <c>--</c> and its arguments.</param>
/// <param name="ArgumentCount">The number of arguments after <c>--</c>.</param>
/// <param name="Global">The values of global options by their names.</param>
internal sealed record ReadArguments(CofferCommand? Command, IReadOnlyList<string> Tokens, int ArgumentCount, IReadOnlyDictionary<string, string> Global)
{
    /// <summary>Whether help is asked for.</summary>
    public bool WantsHelp => Global.ContainsKey(GlobalOptions.Help);
}
