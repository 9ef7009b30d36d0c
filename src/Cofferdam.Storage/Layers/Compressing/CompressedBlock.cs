namespace Cofferdam.Storage.Layers;

/// <summary>A block after compression.</summary>
/// <param name="Data">The compressed bytes.</param>
/// <param name="PlainBytes">Its size before.</param>
/// <param name="Checksum">The CRC-32 of the plain bytes where the format wants it.</param>
internal readonly record struct CompressedBlock(PooledBuffer Data, int PlainBytes, uint Checksum);
