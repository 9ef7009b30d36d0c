using Grpc.Core;

namespace Cofferdam.Protocol.Calls;

/// <summary>What a writer of messages was told.</summary>
internal static class WriteOptionsExtensions
{
    extension(WriteOptions? options)
    {
        /// <summary>Whether another message comes at once, so that this one may wait for it (gRPC's BufferHint).</summary>
        public bool IsFollowed => options is { Flags: var flags } && (flags & WriteFlags.BufferHint) != 0;
    }
}
