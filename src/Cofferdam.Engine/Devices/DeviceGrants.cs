using Cofferdam.Model;
using Cofferdam.Protocol.Llb;

namespace Cofferdam.Engine;

/// <summary>Which devices a build may use: <c>device</c> grants all, <c>device=NAME</c> some.</summary>
internal static class DeviceGrants
{
    /// <summary>The entitlement.</summary>
    public const string Entitlement = "device";

    private const string Prefix = Entitlement + "=";

    /// <summary>Whether an entitlement is about devices.</summary>
    public static bool IsOne(string entitlement) => entitlement == Entitlement || entitlement.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Throws where a device asked for is neither granted nor allowed to all.</summary>
    public static void Check(IEnumerable<CDIDevice> requests, IReadOnlySet<string> granted, DeviceRegistry devices)
    {
        if (granted.FirstOrDefault(static text => text.StartsWith(Prefix, StringComparison.Ordinal) && text.Contains(',', StringComparison.Ordinal)) is { } complex)
        {
            throw new UnsupportedException($"entitlement {Quote.Text(complex)} is not supported yet") { Hint = "grant a device without an alias" };
        }

        var wanted = devices.Find(requests);
        if (granted.Contains(Entitlement))
        {
            return;
        }

        var allowed = devices.Find(granted.Where(IsOne).Select(static text => new CDIDevice { Name = text[Prefix.Length..], Optional = true }));
        var forbidden = wanted.Where(device => !device.IsAutoAllowed && !allowed.Any(one => one.Name == device.Name)).Select(static device => device.Name).ToList();
        if (forbidden.Count > 0)
        {
            throw new CofferdamException(
                ErrorCode.EntitlementMissing,
                forbidden.Count == 1 ? $"device {forbidden[0]} is requested by the build but not allowed" : $"devices {string.Join(", ", forbidden)} are requested by the build but not allowed")
            {
                Hint = $"grant it with --allow {Prefix}{forbidden[0]}",
            };
        }
    }
}
