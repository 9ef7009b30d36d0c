using Cofferdam.Model;
using Cofferdam.Protocol.FileTransfer;

namespace Cofferdam.Engine;

/// <summary>Checks what a sender announces: clean relative paths, in order, parents first, links to what was announced before.</summary>
internal sealed class TransferOrder
{
    private readonly Stack<string> _directories = new([string.Empty]);
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private string _last = string.Empty;

    /// <summary>Takes the next entry; throws <see cref="InvalidInputException"/> when it must not come.</summary>
    public void Check(Stat stat)
    {
        var path = stat.Path;
        if (path.Length == 0 || path[0] == '/' || path.Split('/').Any(part => part.Length == 0 || part is "." or "..") || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new InvalidInputException($"receiving files: invalid path {Quote.Text(path)}");
        }

        if (_last.Length > 0 && Compare(_last, path) >= 0)
        {
            throw new InvalidInputException($"receiving files: {Quote.Text(path)} comes after {Quote.Text(_last)}, out of order");
        }

        var slash = path.LastIndexOf('/');
        var parent = slash < 0 ? string.Empty : path[..slash];
        while (_directories.Peek() is { Length: > 0 } directory && directory != parent && !parent.StartsWith(directory + "/", StringComparison.Ordinal))
        {
            _directories.Pop();
        }

        if (_directories.Peek() != parent)
        {
            throw new InvalidInputException($"receiving files: the parent of {Quote.Text(path)} is no directory that was announced");
        }

        _last = path;
        if (TransferModes.IsDirectory(stat))
        {
            _directories.Push(path);
        }
        else if (TransferModes.IsHardLink(stat))
        {
            if (!_files.Contains(stat.Linkname))
            {
                throw new InvalidInputException($"receiving files: {Quote.Text(path)} links to {Quote.Text(stat.Linkname)}, which was not announced before");
            }
        }
        else if (TransferModes.IsRegular(stat))
        {
            _files.Add(path);
        }
    }

    /// <summary>Compares paths by bytes, where a slash is lower than anything: a directory's entries come right after it.</summary>
    public static int Compare(string left, string right)
    {
        var (a, b) = (System.Text.Encoding.UTF8.GetBytes(left), System.Text.Encoding.UTF8.GetBytes(right));
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            if (a[i] != b[i])
            {
                return a[i] == '/' ? -1 : b[i] == '/' ? 1 : a[i].CompareTo(b[i]);
            }
        }

        return a.Length.CompareTo(b.Length);
    }
}
