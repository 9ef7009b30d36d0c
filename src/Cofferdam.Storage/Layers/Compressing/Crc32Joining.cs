namespace Cofferdam.Storage.Layers;

/// <summary>The CRC-32 of two pieces put together, from those of the pieces: the first is multiplied by x to the power of the second's bits, modulo the polynomial.</summary>
internal static class Crc32Joining
{
    // The polynomial of gzip, bits reversed: the highest bit stands for x^0.
    private const uint Polynomial = 0xedb88320;
    private const uint One = 1u << 31;

    internal static uint Join(uint first, uint second, long secondBytes)
    {
        var power = One;
        var square = One >> 1;
        for (var bits = secondBytes * 8; bits != 0; bits >>= 1)
        {
            power = (bits & 1) != 0 ? Multiply(square, power) : power;
            square = Multiply(square, square);
        }

        return Multiply(power, first) ^ second;
    }

    private static uint Multiply(uint left, uint right)
    {
        var product = 0u;
        for (; left != 0; left <<= 1)
        {
            product ^= (left & One) != 0 ? right : 0;
            right = (right >> 1) ^ ((right & 1) != 0 ? Polynomial : 0);
        }

        return product;
    }
}
