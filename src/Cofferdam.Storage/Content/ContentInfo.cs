using Cofferdam.Model;

namespace Cofferdam.Storage;

/// <summary>What is known of a blob.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Created">When it was committed.</param>
public sealed record ContentInfo(Digest Digest, long Size, DateTimeOffset Created);
