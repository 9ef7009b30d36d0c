using System.Text.RegularExpressions;
using Cofferdam.Model;
using Cofferdam.Protocol.SourcePolicy;
using MatchType = Cofferdam.Protocol.SourcePolicy.MatchType;

namespace Cofferdam.Engine;

/// <summary>The identifiers that a rule of a source policy is for.</summary>
internal sealed class SourcePattern
{
    // Patterns come from clients: they are matched in linear time.
    private const RegexOptions Safe = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private readonly string _identifier;
    private readonly Regex? _regex;
    private readonly bool _isWildcard;

    public SourcePattern(Selector selector)
    {
        (_identifier, _isWildcard) = (selector.Identifier, selector.MatchType == MatchType.Wildcard);
        _regex = selector.MatchType switch
        {
            MatchType.Exact => null,
            MatchType.Regex => Compile(_identifier),
            MatchType.Wildcard when _identifier.Contains("**", StringComparison.Ordinal) => throw new InvalidInputException($"invalid source policy: {Quote.Text(_identifier)} has the wildcard \"**\""),
            MatchType.Wildcard => Compile("^" + string.Join("(.*)", _identifier.Split('*').Select(Regex.Escape)) + @"\z"),
            _ => throw new InvalidInputException($"invalid source policy: unknown match type {(int)selector.MatchType}"),
        };
    }

    /// <summary>Compiles a regular expression of a policy.</summary>
    public static Regex Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, Safe);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException($"invalid source policy: {Quote.Text(pattern)} is no regular expression: {error.Message.TrimEnd('.')}", error);
        }
    }

    public bool IsMatch(string identifier) => identifier == _identifier || (_regex?.IsMatch(identifier) ?? false);

    /// <summary>What a matching identifier becomes: <c>$1</c> and <c>${1}</c> stand for what stars and groups matched.</summary>
    public string Convert(string identifier, string target)
    {
        if (_regex is null)
        {
            return target;
        }

        return _isWildcard && !_regex.IsMatch(identifier) ? identifier : _regex.Replace(identifier, target);
    }
}
