namespace Cofferdam.Dockerfile;

/// <summary>Truth values as Go's strconv reads them.</summary>
internal static class GoBoolean
{
    /// <summary>Null when it is none.</summary>
    public static bool? Parse(string? text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };
}
