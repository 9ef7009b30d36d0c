using System.Globalization;
using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Executor;

/// <summary>Finds users and groups in a root's own files; no link leads to the host's.</summary>
internal static class UserResolver
{
    private const long FileBytes = 16 << 20;

    /// <summary>Resolves <c>user</c>, <c>uid</c>, <c>user:group</c> and their mixtures; empty is root.</summary>
    public static ResolvedUser Resolve(RootedDirectory root, string text)
    {
        var passwd = ReadLines(root, "etc/passwd");
        var (name, groupName) = text.Split(':', 2) is [var first, var second] ? (first, second) : (text, null);
        if (name.Length == 0 && string.IsNullOrEmpty(groupName))
        {
            return new ResolvedUser(0, 0, [], FindHome(passwd, 0));
        }

        CheckRange(name);
        CheckRange(groupName);
        var isUid = uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var uid);
        if (isUid && uint.TryParse(groupName, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return new ResolvedUser(uid, number, [], FindHome(passwd, uid));
        }

        var entry = Fields(passwd).FirstOrDefault(fields => fields.Length >= 4 && (fields[0] == name || (isUid && fields[2] == name)));
        if (entry is not null && uint.TryParse(entry[2], out var known))
        {
            uid = known;
        }
        else if (!isUid && name.Length > 0)
        {
            throw new NotFoundException($"unable to find user {name}: no matching entries in passwd file") { Hint = "add the user in an earlier step, or give a number" };
        }

        var home = FindHome(passwd, uid);
        if (!string.IsNullOrEmpty(groupName))
        {
            return new ResolvedUser(uid, FindGroup(root, groupName), [], home);
        }

        var gid = entry is not null && uint.TryParse(entry[3], out var own) ? own : 0;
        return new ResolvedUser(uid, gid, entry is null ? [] : FindMemberships(root, entry[0]), home);
    }

    private static void CheckRange(string? number)
    {
        if (number is { Length: > 0 } && number.All(char.IsAsciiDigit) && (number.Length > 10 || long.Parse(number, CultureInfo.InvariantCulture) > int.MaxValue))
        {
            throw new InvalidInputException($"uids and gids must be in range 0-{int.MaxValue}: {number} is not");
        }
    }

    private static uint FindGroup(RootedDirectory root, string name)
    {
        var isNumber = uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        var entry = Fields(ReadLines(root, "etc/group")).FirstOrDefault(fields => fields.Length >= 3 && fields[0] == name);
        if (entry is not null && uint.TryParse(entry[2], out var gid))
        {
            return gid;
        }

        return isNumber ? number : throw new NotFoundException($"unable to find group {name}: no matching entries in group file") { Hint = "add the group in an earlier step, or give a number" };
    }

    private static List<uint> FindMemberships(RootedDirectory root, string user)
    {
        var groups = new List<uint>();
        foreach (var fields in Fields(ReadLines(root, "etc/group")))
        {
            if (fields.Length >= 4 && fields[3].Split(',').Contains(user) && uint.TryParse(fields[2], out var gid) && !groups.Contains(gid))
            {
                groups.Add(gid);
            }
        }

        return groups;
    }

    private static string FindHome(IReadOnlyList<string> passwd, uint uid)
    {
        var number = uid.ToString(CultureInfo.InvariantCulture);
        var entry = Fields(passwd).FirstOrDefault(fields => fields.Length >= 6 && fields[2] == number);
        return entry is null || entry[5].Length == 0 ? "/" : entry[5];
    }

    private static IEnumerable<string[]> Fields(IEnumerable<string> lines) => lines.Select(line => line.Split(':'));

    private static List<string> ReadLines(RootedDirectory root, string path)
    {
        var lines = new List<string>();
        try
        {
            using var handle = root.OpenReadFollowing(path);
            var stat = RootedDirectory.Stat(handle);
            if (!stat.IsRegular)
            {
                return lines; // A pipe would never end.
            }

            if (stat.Size > FileBytes)
            {
                throw new InvalidInputException($"reading {Quote.Text("/" + path)} of the root: {stat.Size} bytes are more than the {FileBytes} that are allowed");
            }

            using var reader = new StreamReader(new FileStream(handle, FileAccess.Read));
            while (reader.ReadLine() is { } line)
            {
                if (line.Length > 0 && line[0] != '#')
                {
                    lines.Add(line);
                }
            }

            return lines;
        }
        catch (LinuxException error) when (error.Errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
        {
            return lines;
        }
    }
}
