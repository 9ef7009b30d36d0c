using System.Text;

namespace Cofferdam.Linux;

/// <summary>A mount as <c>/proc/self/mountinfo</c> tells of it.</summary>
/// <param name="MountPoint">Where it is, relative to the process's root.</param>
/// <param name="Root">What of its file system is mounted.</param>
/// <param name="FileSystemType">For example <c>overlay</c>.</param>
/// <param name="Source">What its file system was made of.</param>
/// <param name="Options">The mount's own options.</param>
public sealed record MountInfo(string MountPoint, string Root, string FileSystemType, string Source, string Options)
{
    /// <summary>All mounts of the process, a parent before what is mounted below it.</summary>
    public static IReadOnlyList<MountInfo> Read() => Parse(File.ReadLines("/proc/self/mountinfo"));

    /// <summary>Reads the kernel's form (proc_pid_mountinfo(5)); lines that lack a field are left out.</summary>
    public static IReadOnlyList<MountInfo> Parse(IEnumerable<string> lines)
    {
        var mounts = new List<MountInfo>();
        foreach (var line in lines)
        {
            var fields = line.Split(' ');
            var separator = Array.IndexOf(fields, "-", Math.Min(6, fields.Length));
            if (separator >= 0 && fields.Length > separator + 2)
            {
                mounts.Add(new MountInfo(Unescape(fields[4]), Unescape(fields[3]), fields[separator + 1], Unescape(fields[separator + 2]), fields[5]));
            }
        }

        return mounts;
    }

    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal))
        {
            return field;
        }

        var text = new StringBuilder(field.Length);
        for (var index = 0; index < field.Length; index++)
        {
            if (field[index] == '\\' && index + 3 < field.Length && !field.AsSpan(index + 1, 3).ContainsAnyExceptInRange('0', '7'))
            {
                text.Append((char)Convert.ToInt32(field.Substring(index + 1, 3), 8));
                index += 3;
            }
            else
            {
                text.Append(field[index]);
            }
        }

        return text.ToString();
    }
}
