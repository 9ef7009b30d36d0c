using System.Buffers.Text;
using System.Text;

namespace Cofferdam.Secrets.Nested;

/// <summary>ar(5): Debian packages and static libraries.</summary>
internal sealed class ArFormat : IContainerFormat
{
    private const int HeaderBytes = 60;

    public string Name => "ar";

    public bool IsGuess => false;

    public bool IsMatch(ReadOnlySpan<byte> head) => head.StartsWith("!<arch>\n"u8);

    public async ValueTask WalkAsync(ScannedStream stream, NestedLevel level, NestedWalk walk, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderBytes];
        await stream.ReadExactlyAsync(header.AsMemory(0, 8), cancellationToken);
        while (await stream.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, cancellationToken) == HeaderBytes)
        {
            if (header[58] != '`' || header[59] != '\n' || !Utf8Parser.TryParse(header.AsSpan(48, 10), out long size, out _) || size < 0)
            {
                throw new InvalidDataException("not a header");
            }

            var name = Encoding.ASCII.GetString(header, 0, 16).TrimEnd(' ', '/');
            var content = new LimitedStream(stream, size);
            await walk.EnterAsync(content, level.Inside(name, stream.Position), isInflated: false, cancellationToken);
            if (!await content.SkipAsync(cancellationToken) || !await new LimitedStream(stream, size & 1).SkipAsync(cancellationToken))
            {
                return;
            }
        }
    }
}
