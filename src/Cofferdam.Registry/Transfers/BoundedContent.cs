using Cofferdam.Model;

namespace Cofferdam.Registry.Transfers;

/// <summary>Reads what must be small.</summary>
internal static class BoundedContent
{
    /// <summary>All bytes of a stream; throws when there are more than <paramref name="limit"/>.</summary>
    internal static async Task<byte[]> ReadAsync(Stream stream, int limit, string action, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            await content.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            if (content.Length > limit)
            {
                throw new CofferdamException(ErrorCode.RegistryUnavailable, $"{action}: the answer is larger than {limit} bytes");
            }
        }

        return content.ToArray();
    }
}
