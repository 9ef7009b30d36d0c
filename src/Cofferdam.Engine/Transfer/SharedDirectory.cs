using System.Globalization;
using Cofferdam.Linux;

namespace Cofferdam.Engine;

/// <summary>A directory of a client on this machine, of which the daemon reads contents itself: what is in it, and which of it is sent, the client says as ever.</summary>
/// <remarks>
/// The client names a descriptor of its own in the response's headers, and the daemon opens that through /proc: the client's mounts are seen as the client sees them.
/// Only for a client of the daemon's own user, who may read the same files. Other clients know nothing of it and send contents.
/// </remarks>
public static class SharedDirectory
{
    private const string Header = "cofferdam-directory";

    /// <summary>What a client says of a directory that it has open.</summary>
    public static KeyValuePair<string, string> Describe(RootedDirectory directory)
    {
        var stat = RootedDirectory.Stat(directory.Handle);
        return new(Header, string.Create(CultureInfo.InvariantCulture, $"{directory.Handle.DangerousGetHandle()} {stat.Device.Major} {stat.Device.Minor} {stat.Inode}"));
    }

    /// <summary>Opens the directory that the response's headers name; null where there is none, or the daemon cannot or may not.</summary>
    /// <param name="session">The client.</param>
    /// <param name="headers">The headers of its response.</param>
    internal static RootedDirectory? TryOpen(IClientSession session, Grpc.Core.Metadata headers)
    {
        if (session.LocalProcess is not { } process || headers.GetValue(Header)?.Split(' ') is not [var descriptor, var major, var minor, var inode]
            || !uint.TryParse(descriptor, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        RootedDirectory? directory = null;
        try
        {
            directory = RootedDirectory.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fd/{number}"));
            var stat = RootedDirectory.Stat(directory.Handle);
            if ($"{stat.Device.Major} {stat.Device.Minor} {stat.Inode}" == $"{major} {minor} {inode}")
            {
                return directory;
            }
        }
        catch (LinuxException)
        {
            // The client's files are not to be seen from here.
        }

        directory?.Dispose();
        return null;
    }
}
