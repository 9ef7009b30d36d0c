namespace Cofferdam.Secrets.Forms;

/// <summary>Finds the secret parts of one kind of text. Tolerant: what it does not understand it passes over, and it never throws.</summary>
internal interface IFormReader
{
    /// <summary>The format, as documentation calls it.</summary>
    string Name { get; }

    /// <summary>Adds what it finds.</summary>
    void Read(ReadOnlySpan<byte> text, PartList parts);
}
