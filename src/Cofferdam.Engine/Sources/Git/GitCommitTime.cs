using System.Buffers.Text;

namespace Cofferdam.Engine;

/// <summary>Reads when a commit was made out of its object.</summary>
internal static class GitCommitTime
{
    /// <summary>The time of the line <c>committer NAME &lt;ADDRESS&gt; SECONDS ZONE</c>; null where there is none.</summary>
    public static DateTimeOffset? Parse(ReadOnlySpan<byte> commit)
    {
        while (!commit.IsEmpty && commit[0] != '\n')
        {
            var end = commit.IndexOf((byte)'\n');
            var line = end < 0 ? commit : commit[..end];
            if (line.StartsWith("committer "u8))
            {
                var time = line[(line.LastIndexOf((byte)'>') + 1)..].TrimStart((byte)' ');
                return Utf8Parser.TryParse(time, out long seconds, out _) && Math.Abs(seconds) < 253402300800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
            }

            commit = end < 0 ? [] : commit[(end + 1)..];
        }

        return null;
    }
}
