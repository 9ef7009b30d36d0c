namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>A file with a value in one encoding, made by one program.</summary>
internal sealed record PlantedFile(PlantedValue Value, string Encoding, string Program, byte[] Content)
{
    /// <summary>Where it lies, below the directory of all.</summary>
    public string Path => $"{Value.Name}/{Slug(Encoding)}/{Program}";

    /// <summary>The name of an encoding as a directory.</summary>
    public static string Slug(string encoding) => encoding.ToLowerInvariant().Replace(", ", "-", StringComparison.Ordinal).Replace(' ', '-');
}
