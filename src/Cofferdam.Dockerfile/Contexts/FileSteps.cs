using Google.Protobuf;

namespace Cofferdam.Dockerfile;

/// <summary>Makes file actions with what they are when nothing is said: times and modes stay.</summary>
internal static class FileSteps
{
    public static FileAction Copy(string source, string destination) =>
        new() { Copy = new FileActionCopy { Src = source, Dest = destination, Mode = -1, Timestamp = -1 } };

    public static FileAction MakeDirectory(string path, int mode) => new() { Mkdir = new FileActionMkDir { Path = path, Mode = mode, Timestamp = -1 } };

    public static FileAction MakeFile(string path, int mode, ByteString content) =>
        new() { Mkfile = new FileActionMkFile { Path = path, Mode = mode, Data = content, Timestamp = -1 } };

    /// <summary>The owner that <c>user[:group]</c> names; null where nothing is named.</summary>
    public static ChownOpt? Owner(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var parts = text.Split(':', 2);
        return new ChownOpt { User = Part(parts[0]), Group = parts.Length > 1 ? Part(parts[1]) : null };
    }

    private static UserOpt Part(string text) => text == "root" ? new UserOpt { ByID = 0 }
        : int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var id) ? new UserOpt { ByID = (uint)id }
        : new UserOpt { ByName = new NamedUserOpt { Name = text } };
}
