using System.Globalization;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>A change of permission bits as chmod has it: octal, or symbolic such as <c>u=rwX,go=rX</c>. The umask plays no part.</summary>
internal sealed class ModeChange
{
    private const uint SetUser = 0x800;
    private const uint SetGroup = 0x400;
    private const uint Sticky = 0x200;
    private const uint AnyExecute = 0x49;

    private readonly uint? _absolute;
    private readonly string[] _clauses = [];

    private ModeChange(uint absolute) => _absolute = absolute;

    private ModeChange(string[] clauses) => _clauses = clauses;

    /// <summary>The change an action asks for; null when it leaves modes alone.</summary>
    public static ModeChange? Of(int mode, string text) => text.Length > 0 ? Parse(text) : mode == -1 ? null : new ModeChange((uint)mode & 0xfff);

    public static ModeChange Parse(string text)
    {
        if (text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '7'))
        {
            return new ModeChange(Convert.ToUInt32(text, 8) & 0xfff);
        }

        var change = new ModeChange(text.Split(','));
        change.Apply(0, isDirectory: false);
        return change;
    }

    /// <summary>The bits after the change.</summary>
    public uint Apply(uint mode, bool isDirectory)
    {
        if (_absolute is { } absolute)
        {
            return absolute;
        }

        foreach (var clause in _clauses)
        {
            mode = ApplyClause(clause, mode, isDirectory);
        }

        return mode;
    }

    private static uint ApplyClause(string clause, uint mode, bool isDirectory)
    {
        var at = 0;
        var who = 0u;
        for (; at < clause.Length && clause[at] is 'u' or 'g' or 'o' or 'a'; at++)
        {
            who |= clause[at] switch { 'u' => 4u, 'g' => 2u, 'o' => 1u, _ => 7u };
        }

        who = who == 0 ? 7 : who;
        if (at == clause.Length)
        {
            throw Invalid(clause);
        }

        while (at < clause.Length)
        {
            var action = clause[at] is '+' or '-' or '=' ? clause[at++] : throw Invalid(clause);
            var bits = 0u;
            for (; at < clause.Length && clause[at] is not ('+' or '-' or '='); at++)
            {
                bits |= Bits(clause[at], who, mode, isDirectory, clause);
            }

            var covered = Spread(7, who) | ((who & 4) != 0 ? SetUser : 0) | ((who & 2) != 0 ? SetGroup : 0) | (who == 7 ? Sticky : 0);
            mode = action switch { '+' => mode | bits, '-' => mode & ~bits, _ => (mode & ~covered) | bits };
        }

        return mode;
    }

    private static uint Bits(char permission, uint who, uint mode, bool isDirectory, string clause) => permission switch
    {
        'r' => Spread(4, who),
        'w' => Spread(2, who),
        'x' => Spread(1, who),
        'X' => isDirectory || (mode & AnyExecute) != 0 ? Spread(1, who) : 0,
        's' => ((who & 4) != 0 ? SetUser : 0) | ((who & 2) != 0 ? SetGroup : 0),
        't' => Sticky,
        'u' => Spread((mode >> 6) & 7, who),
        'g' => Spread((mode >> 3) & 7, who),
        'o' => Spread(mode & 7, who),
        _ => throw Invalid(clause),
    };

    private static uint Spread(uint bits, uint who) => ((who & 4) != 0 ? bits << 6 : 0) | ((who & 2) != 0 ? bits << 3 : 0) | ((who & 1) != 0 ? bits : 0);

    private static InvalidInputException Invalid(string clause) => new(string.Create(CultureInfo.InvariantCulture, $"invalid mode {Quote.Text(clause)}"));
}
