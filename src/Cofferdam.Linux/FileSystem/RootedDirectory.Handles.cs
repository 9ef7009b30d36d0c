using Microsoft.Win32.SafeHandles;
using static Cofferdam.Linux.FileSystemCalls;

namespace Cofferdam.Linux;

public sealed partial class RootedDirectory
{
    /// <summary>Holds whatever is at a path without opening it (O_PATH), symlinks followed inside the root. Good for stat and as a mount's source.</summary>
    public SafeFileHandle HoldFollowing(string path) => OpenBeneath(path, O_PATH, 0);
}
