using Cofferdam.Linux;

namespace Cofferdam.Storage;

/// <summary>Gives an upper directory what the merged root shows: the attributes of the root below.</summary>
internal static class RootAttributes
{
    private const uint Permissions = 0xfff;

    public static void Copy(string from, string to)
    {
        using var source = RootedDirectory.Open(from);
        using var target = RootedDirectory.Open(to);
        var stat = RootedDirectory.Stat(source.Handle);
        RootedDirectory.SetOwner(target.Handle, stat.Uid, stat.Gid);
        RootedDirectory.SetMode(target.Handle, stat.Mode & Permissions);
        RootedDirectory.SetTimes(target.Handle, stat.Modified, stat.Modified);
    }
}
