using Cofferdam.Linux;
using Xunit;

namespace Cofferdam.UnitTests.Linux;

public sealed class PathBytesTests
{
    [Fact]
    public void Decode_AnyBytes_RoundTrips()
    {
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(0, 24)];
            random.NextBytes(bytes);
            Assert.Equal(bytes, PathBytes.Encode(PathBytes.Decode(bytes)));
        }
    }

    [Fact]
    public void Compare_Names_AgreesWithTheirBytes()
    {
        var random = new Random(8);
        string[] parts = ["a", "/", "\u00e9", "\uffee", "\U0001F600", "\udcff", "\udc80"];
        for (var i = 0; i < 2000; i++)
        {
            var left = string.Concat(random.GetItems(parts, random.Next(4)));
            var right = string.Concat(random.GetItems(parts, random.Next(4)));
            var expected = Math.Sign(PathBytes.Encode(left).AsSpan().SequenceCompareTo(PathBytes.Encode(right)));
            Assert.Equal(expected, Math.Sign(PathBytes.Compare(left, right)));
        }
    }
}
