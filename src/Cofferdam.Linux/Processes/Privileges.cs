using System.Globalization;

namespace Cofferdam.Linux;

/// <summary>Who this process is and what it may do.</summary>
public static class Privileges
{
    // include/uapi/linux/capability.h
    private const int CAP_SYS_ADMIN = 21;

    private static readonly Lazy<bool> s_initialRoot = new(() => UserId == 0 && IsInitialUserNamespace());
    private static readonly Lazy<ulong> s_capabilities = new(ReadCapabilities);

    /// <summary>The effective user.</summary>
    public static uint UserId => ProcessCalls.GetEffectiveUser();

    /// <summary>The effective group.</summary>
    public static uint GroupId => ProcessCalls.GetEffectiveGroup();

    /// <summary>Whether this is root, and not merely in a user namespace.</summary>
    public static bool IsInitialRoot => s_initialRoot.Value;

    /// <summary>Whether this process may mount, in its own namespace at least.</summary>
    public static bool MayMount => (s_capabilities.Value & (1UL << CAP_SYS_ADMIN)) != 0;

    private static bool IsInitialUserNamespace()
    {
        try
        {
            var fields = File.ReadAllText("/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            return fields is ["0", "0", "4294967295"];
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static ulong ReadCapabilities()
    {
        const string field = "CapEff:";
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal));
        return line is not null && ulong.TryParse(line.AsSpan(field.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var bits) ? bits : 0;
    }
}
