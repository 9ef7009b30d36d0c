using System.Globalization;
using System.Text;

namespace Cofferdam.Dockerfile;

/// <summary>The replacement of <c>${name//pattern/replacement}</c>, which BuildKit gives to Go's regular expressions: a dollar sign in it has a meaning there.</summary>
/// <remarks><c>$$</c> is a dollar sign, <c>$0</c> and <c>${0}</c> what matched; other numbers and names are groups, of which a pattern of the shell has none.</remarks>
internal static class ReplacementTemplate
{
    public static string Fill(string template, string matched)
    {
        if (!template.Contains('$', StringComparison.Ordinal))
        {
            return template;
        }

        var text = new StringBuilder();
        for (var i = 0; i < template.Length;)
        {
            if (template[i] != '$')
            {
                text.Append(template[i++]);
            }
            else if (i + 1 < template.Length && template[i + 1] == '$')
            {
                text.Append('$');
                i += 2;
            }
            else if (ReadName(template, i + 1) is var (name, end) && name.Length > 0)
            {
                text.Append(name == "0" ? matched : string.Empty);
                i = end;
            }
            else
            {
                text.Append(template[i++]); // malformed: a dollar sign like any letter
            }
        }

        return text.ToString();
    }

    private static (string Name, int End) ReadName(string template, int start)
    {
        var isBraced = start < template.Length && template[start] == '{';
        var first = isBraced ? start + 1 : start;
        var end = first;
        while (end < template.Length && IsOfName(template[end]))
        {
            end++;
        }

        return isBraced && (end == template.Length || template[end] != '}')
            ? (string.Empty, start)
            : (template[first..end], isBraced ? end + 1 : end);
    }

    private static bool IsOfName(char c) => c == '_' || char.IsLetter(c) || char.GetUnicodeCategory(c) == UnicodeCategory.DecimalDigitNumber;
}
