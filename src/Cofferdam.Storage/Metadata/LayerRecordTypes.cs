namespace Cofferdam.Storage;

/// <summary>The names of <see cref="LayerRecordType"/> in the API and in filters.</summary>
public static class LayerRecordTypes
{
    /// <summary>The name that BuildKit's API has.</summary>
    public static string ToName(this LayerRecordType type) => type switch
    {
        LayerRecordType.Internal => "internal",
        LayerRecordType.Frontend => "frontend",
        LayerRecordType.LocalSource => "source.local",
        LayerRecordType.GitCheckout => "source.git.checkout",
        LayerRecordType.CacheMount => "exec.cachemount",
        _ => "regular",
    };
}
