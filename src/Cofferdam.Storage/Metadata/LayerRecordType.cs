namespace Cofferdam.Storage;

/// <summary>What a layer is from; BuildKit's names of record types. The numbers are stored.</summary>
public enum LayerRecordType
{
    /// <summary>A step or an image (<c>regular</c>).</summary>
    Regular = 0,

    /// <summary>Something of the builder itself (<c>internal</c>).</summary>
    Internal = 1,

    /// <summary>A frontend (<c>frontend</c>).</summary>
    Frontend = 2,

    /// <summary>A client's directory (<c>source.local</c>).</summary>
    LocalSource = 3,

    /// <summary>A git checkout (<c>source.git.checkout</c>).</summary>
    GitCheckout = 4,

    /// <summary>A cache mount (<c>exec.cachemount</c>).</summary>
    CacheMount = 5,
}
