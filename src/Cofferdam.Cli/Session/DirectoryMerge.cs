namespace Cofferdam.Cli.Session;

/// <summary>Moves the entries of one directory into another on the same file system; what is there under the same name is replaced, other things stay.</summary>
internal static class DirectoryMerge
{
    public static void MoveInto(string source, string target)
    {
        foreach (var entry in new DirectoryInfo(source).EnumerateFileSystemInfos())
        {
            var path = Path.Combine(target, entry.Name);
            var isDirectory = entry is DirectoryInfo && entry.LinkTarget is null;
            if (!isDirectory)
            {
                if (new DirectoryInfo(path) is { Exists: true, LinkTarget: null } inTheWay)
                {
                    inTheWay.Delete(recursive: true);
                }

                File.Move(entry.FullName, path, overwrite: true);
            }
            else if (new DirectoryInfo(path) is { Exists: true, LinkTarget: null })
            {
                var (mode, time) = (File.GetUnixFileMode(entry.FullName), entry.LastWriteTimeUtc);
                MoveInto(entry.FullName, path);
                File.SetUnixFileMode(path, mode);
                Directory.SetLastWriteTimeUtc(path, time);
            }
            else
            {
                File.Delete(path);
                Directory.Move(entry.FullName, path);
            }
        }
    }
}
