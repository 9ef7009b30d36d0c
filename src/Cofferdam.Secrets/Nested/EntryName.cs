using System.Text;

namespace Cofferdam.Secrets.Nested;

/// <summary>Names as archives give them, for people to read.</summary>
internal static class EntryName
{
    private const int MostCharacters = 512;

    /// <summary>Without control characters, and not endless.</summary>
    internal static string Clean(string name)
    {
        var clean = new StringBuilder();
        foreach (var one in name.AsSpan(0, Math.Min(name.Length, MostCharacters)))
        {
            clean.Append(char.IsControl(one) ? '?' : one);
        }

        return clean.ToString();
    }

    internal static string Of(ReadOnlySpan<byte> name)
    {
        var end = name.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? name : name[..end]);
    }

    /// <summary>The name of what a compressed file holds: <c>a.tgz</c> holds <c>a.tar</c>.</summary>
    internal static string WithoutSuffix(string path)
    {
        var name = path[(path.LastIndexOfAny(['/', '!']) + 1)..];
        var dot = name.LastIndexOf('.');
        return dot <= 0 ? "content" : name[dot..] is ".tgz" or ".txz" or ".tbz2" or ".tzst" ? name[..dot] + ".tar" : name[..dot];
    }
}
