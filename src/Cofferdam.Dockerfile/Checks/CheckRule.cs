using System.Globalization;
using System.Text;

namespace Cofferdam.Dockerfile;

/// <summary>A build check.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is about.</param>
/// <param name="Format">What it says of a case, with places for the case's words.</param>
internal sealed record CheckRule(string Name, string Description, string Format)
{
    /// <summary>Whether it runs only where it is asked for.</summary>
    public bool IsExperimental { get; init; }

    public bool HasPage { get; init; } = true;

    /// <summary>Where it is explained: the name in kebab case.</summary>
    public string Url
    {
        get
        {
            if (!HasPage)
            {
                return string.Empty;
            }

            var kebab = new StringBuilder();
            for (var i = 0; i < Name.Length; i++)
            {
                // A capital begins a word, but in a run of them (JSONArgs) only the last does.
                if (i > 0 && char.IsUpper(Name[i]) && (char.IsLower(Name[i - 1]) || (i + 1 < Name.Length && char.IsLower(Name[i + 1]))))
                {
                    kebab.Append('-');
                }

                kebab.Append(char.ToLowerInvariant(Name[i]));
            }

            return $"https://docs.docker.com/go/dockerfile/rule/{kebab}/";
        }
    }

    public string Say(params string[] words) => string.Format(CultureInfo.InvariantCulture, Format, words);
}
