namespace Cofferdam.Secrets.Forms;

/// <summary>From a secret's value to the parts that are searched.</summary>
internal static class SecretForms
{
    /// <summary>All readers. Those of formats come before that of lines, which asks whether one of them knew the text.</summary>
    internal static IReadOnlyList<IFormReader> Readers { get; } =
        [new NetrcReader(), new JsonFormReader(), new XmlFormReader(), new PemReader(), new UrlReader(), new KeyValueReader(), new UserPasswordReader(), new LineReader()];

    /// <summary>The parts of a value; the caller disposes them.</summary>
    internal static PartList Read(ReadOnlySpan<byte> value)
    {
        var parts = new PartList();

        // Wherever the whole is with the space about it, it is without too.
        var whole = Ascii.Trim(value);
        parts.Add("whole", PartRole.Whole, whole.IsEmpty ? value : whole);
        if (Ascii.IsBinary(value))
        {
            return parts;
        }

        foreach (var reader in Readers)
        {
            reader.Read(value, parts);
        }

        return parts;
    }
}
