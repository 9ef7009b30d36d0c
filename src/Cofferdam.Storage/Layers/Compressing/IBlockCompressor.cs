namespace Cofferdam.Storage.Layers;

/// <summary>Compresses a stream in blocks of one size that do not depend on each other, so that the result is the same on however many cores.</summary>
internal interface IBlockCompressor
{
    /// <summary>Bytes of a block; the last may be shorter.</summary>
    int BlockBytes { get; }

    /// <summary>What stands before the first block.</summary>
    ReadOnlyMemory<byte> Header { get; }

    /// <summary>Compresses a block and returns a buffer with one user. Called on many threads at once.</summary>
    CompressedBlock Compress(ReadOnlyMemory<byte> block);

    /// <summary>Takes note of a block that was written; called in order.</summary>
    void Written(CompressedBlock block);

    /// <summary>What stands after the last block.</summary>
    ReadOnlyMemory<byte> Trailer();
}
