using System.CommandLine;
using Cofferdam.Model;

namespace Cofferdam.Cli.Parsing;

/// <summary>
/// Reads a command line by the rules that Docker's programs follow (options and arguments mixed, <c>-it</c>, <c>-fNAME</c>, <c>--flag=false</c>, options before the
/// command) and makes of it the plain form that the parser reads in one way only. Only the command that is named is built.
/// </summary>
internal sealed class ArgumentReader(Func<string, CofferCommand?> find, IEnumerable<string> names)
{
    private readonly IReadOnlyList<Option> _global = GlobalOptions.Create();
    private readonly Dictionary<string, string> _globalValues = [];
    private readonly List<string> _options = [];
    private readonly List<string> _arguments = [];
    private CofferCommand? _command;

    /// <summary>Reads a command line; throws <see cref="UsageException"/>.</summary>
    public ReadArguments Read(IReadOnlyList<string> args)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var argument = args[i];
            if (argument == "--" || (_command?.StopsAtFirstArgument == true && _arguments.Count > 0))
            {
                _arguments.AddRange(args.Skip(argument == "--" && _arguments.Count == 0 ? i + 1 : i));
                break;
            }

            if (argument.StartsWith("--", StringComparison.Ordinal))
            {
                ReadLong(argument, args, ref i);
            }
            else if (argument.Length > 1 && argument[0] == '-')
            {
                ReadShort(argument, args, ref i);
            }
            else
            {
                ReadArgument(argument);
            }
        }

        return new ReadArguments(_command, [.. _options, "--", .. _arguments], _arguments.Count, _globalValues);
    }

    private void ReadArgument(string argument)
    {
        if (_command is null)
        {
            _command = find(argument) ?? throw Unknown("command", argument, names);
        }
        else if (_arguments.Count == 0 && _command.Subcommands.FirstOrDefault(sub => sub.Name == argument) is CofferCommand sub)
        {
            _command = sub;
        }
        else
        {
            _arguments.Add(argument);
        }
    }

    private void ReadLong(string argument, IReadOnlyList<string> args, ref int index)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? argument : argument[..equals];
        var option = Find(name) ?? throw Unknown("flag", name, AllOptions().Where(option => !option.Hidden).Select(option => option.Name));
        if (equals >= 0)
        {
            Add(option, argument[(equals + 1)..]);
        }
        else
        {
            Add(option, IsFlag(option) ? "true" : Next(name, args, ref index));
        }
    }

    private void ReadShort(string argument, IReadOnlyList<string> args, ref int index)
    {
        for (var i = 1; i < argument.Length; i++)
        {
            var name = "-" + argument[i];
            var option = Find(name) ?? throw (name == "-h"
                ? new UsageException("unknown flag \"-h\"") { Hint = "did you mean \"--help\"?" }
                : Unknown("flag", name, []));
            var rest = argument[(i + 1)..];
            if (IsFlag(option) && !rest.StartsWith('='))
            {
                Add(option, "true");
                continue;
            }

            Add(option, rest.Length > 0 ? rest.TrimStart('=') : Next(name, args, ref index));
            return;
        }
    }

    private void Add(Option option, string value)
    {
        if (IsFlag(option))
        {
            value = value switch
            {
                "true" or "1" or "t" or "T" or "TRUE" or "True" => "true",
                "false" or "0" or "f" or "F" or "FALSE" or "False" => "false",
                _ => throw new UsageException($"invalid value {Quote.Text(value)} for {Quote.Text(option.Name)}: it is true or false"),
            };
        }

        if (option.Recursive)
        {
            if (value != "false")
            {
                _globalValues[option.Name] = value;
            }

            return;
        }

        if (option.ValueType != typeof(string[]))
        {
            _options.RemoveAll(token => token.StartsWith(option.Name + "=", StringComparison.Ordinal));
        }

        _options.Add(option.Name + "=" + value);
    }

    private Option? Find(string name) => AllOptions().FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));

    private IEnumerable<Option> AllOptions() => _command is null ? _global : _command.Options.Concat(_global);

    private static bool IsFlag(Option option) => option.ValueType == typeof(bool);

    private static string Next(string name, IReadOnlyList<string> args, ref int index) => index + 1 < args.Count
        ? args[++index]
        : throw new UsageException($"flag {Quote.Text(name)} needs a value");

    private UsageException Unknown(string kind, string word, IEnumerable<string> candidates)
    {
        var near = NearMatch.Find(word, candidates);
        var help = _command is null ? "coffer --help" : $"coffer {_command.Name} --help";
        return new UsageException($"unknown {kind} {Quote.Text(word)}")
        {
            Hint = near is null ? $"see {Quote.Text(help)}" : $"did you mean {Quote.Text(near)}?",
        };
    }
}
