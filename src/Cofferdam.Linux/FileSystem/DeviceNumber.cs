namespace Cofferdam.Linux;

/// <summary>A device's number.</summary>
public readonly record struct DeviceNumber(uint Major, uint Minor)
{
    /// <summary>The number as one value, as the C library packs it.</summary>
    public ulong Packed => ((ulong)Minor & 0xff) | (((ulong)Major & 0xfff) << 8) | (((ulong)Minor & ~0xfful) << 12) | (((ulong)Major & ~0xffful) << 32);
}
