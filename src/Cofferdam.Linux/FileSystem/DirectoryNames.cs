using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Cofferdam.Linux.FileSystemCalls;

namespace Cofferdam.Linux;

/// <summary>The names in one directory, in the order of their bytes, without <c>.</c> and <c>..</c>.</summary>
internal sealed class DirectoryNames
{
    // struct linux_dirent64: inode 8, offset 8, record length 2, type 1, name.
    private const int LengthAt = 16;
    private const int TypeAt = 18;
    private const int NameAt = 19;
    private const int BufferSize = 32 * 1024;

    [ThreadStatic]
    private static byte[]? _buffer;

    private readonly List<(string Name, FileType Type)> _names = [];
    private int _at = -1;

    internal string Current => _names[_at].Name;

    /// <summary>The type as the directory tells; may be unknown.</summary>
    internal FileType CurrentType => _names[_at].Type;

    internal bool MoveNext() => ++_at < _names.Count;

    internal static DirectoryNames Read(SafeFileHandle directory, string subject)
    {
        var result = new DirectoryNames();
        var buffer = _buffer ??= new byte[BufferSize];
        while (true)
        {
            var length = (int)getdents64(directory, ref MemoryMarshal.GetArrayDataReference(buffer), (nuint)buffer.Length);
            if (length < 0)
            {
                throw LinuxException.Last("getdents64", subject);
            }

            if (length == 0)
            {
                break;
            }

            result.Add(buffer.AsSpan(0, length));
        }

        result._names.Sort(static (left, right) => PathBytes.Compare(left.Name, right.Name));
        return result;
    }

    private void Add(ReadOnlySpan<byte> records)
    {
        while (!records.IsEmpty)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(records[LengthAt..]);
            var name = records[NameAt..length];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                _names.Add((PathBytes.Decode(name), (FileType)(records[TypeAt] << 12)));
            }

            records = records[length..];
        }
    }
}
