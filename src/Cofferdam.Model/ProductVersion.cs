namespace Cofferdam.Model;

/// <summary>The version of this program.</summary>
public static class ProductVersion
{
    /// <summary>The version, for example <c>0.1.0</c>.</summary>
    public static string Current { get; } = typeof(ProductVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
