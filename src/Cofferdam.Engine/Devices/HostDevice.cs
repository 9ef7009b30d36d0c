namespace Cofferdam.Engine;

/// <summary>A device of this machine that steps can ask for.</summary>
/// <param name="Name">Its whole name: <c>vendor.com/class=name</c>.</param>
/// <param name="IsAutoAllowed">Whether steps get it without being granted it.</param>
/// <param name="Annotations">What its file says of it.</param>
public sealed record HostDevice(string Name, bool IsAutoAllowed, IReadOnlyDictionary<string, string> Annotations)
{
    /// <summary>Vendor and class.</summary>
    public string Kind => Name[..Name.IndexOf('=', StringComparison.Ordinal)];
}
