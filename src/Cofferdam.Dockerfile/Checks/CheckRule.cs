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

    /// <summary>Whether BuildKit does not have it.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Where it is explained, as clients are told: at BuildKit's own, or in this project's documentation.</summary>
    public string Url => IsOwn ? Page : HasPage ? $"https://docs.docker.com/go/dockerfile/rule/{PageName}/" : string.Empty;

    /// <summary>Its page in this project's documentation.</summary>
    public string Page => $"docs/checks/{PageName}.md";

    /// <summary>The name in kebab case.</summary>
    private string PageName
    {
        get
        {
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

            return kebab.ToString();
        }
    }

    public string Say(params string[] words) => string.Format(CultureInfo.InvariantCulture, Format, words);
}
