using System.Buffers;
using Cofferdam.Protocol.Http2;
using Xunit;

namespace Cofferdam.UnitTests.Protocol.Http2;

public sealed class HpackTests
{
    // RFC 7541 appendix C.4: requests with Huffman codes and the dynamic table.
    [Fact]
    public void Decode_RequestsOfTheRfc_GivesTheirHeaders()
    {
        var decoder = new HpackDecoder(4096);

        Assert.Equal(
            [new(":method", "GET"), new(":scheme", "http"), new(":path", "/"), new(":authority", "www.example.com")],
            decoder.Decode(Convert.FromHexString("828684418cf1e3c2e5f23a6ba0ab90f4ff"))!);
        Assert.Equal(
            [new(":method", "GET"), new(":scheme", "http"), new(":path", "/"), new(":authority", "www.example.com"), new("cache-control", "no-cache")],
            decoder.Decode(Convert.FromHexString("828684be5886a8eb10649cbf"))!);
        Assert.Equal(
            [new(":method", "GET"), new(":scheme", "https"), new(":path", "/index.html"), new(":authority", "www.example.com"), new("custom-key", "custom-value")],
            decoder.Decode(Convert.FromHexString("828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"))!);
    }

    // RFC 7541 appendix C.6: responses; the table is 256 bytes there and evicts.
    [Fact]
    public void Decode_ResponsesOfTheRfc_GivesTheirHeaders()
    {
        var decoder = new HpackDecoder(4096);

        var first = decoder.Decode(Convert.FromHexString("3fe101" + "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3"))!;
        var second = decoder.Decode(Convert.FromHexString("4883640effc1c0bf"))!;
        var third = decoder.Decode(Convert.FromHexString("88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"))!;

        Assert.Equal([new(":status", "302"), new("cache-control", "private"), new("date", "Mon, 21 Oct 2013 20:13:21 GMT"), new("location", "https://www.example.com")], first);
        Assert.Equal([new(":status", "307"), new("cache-control", "private"), new("date", "Mon, 21 Oct 2013 20:13:21 GMT"), new("location", "https://www.example.com")], second);
        Assert.Equal(
            [
                new(":status", "200"), new("cache-control", "private"), new("date", "Mon, 21 Oct 2013 20:13:22 GMT"), new("location", "https://www.example.com"),
                new("content-encoding", "gzip"), new("set-cookie", "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"),
            ],
            third);
    }

    [Fact]
    public void Encode_RepeatedNames_StayRepeated()
    {
        List<HeaderField> fields = [new(":method", "POST"), new("exclude-patterns", "a,b"), new("exclude-patterns", "c"), new("exclude-patterns", new string('x', 100_000)), new("empty", "")];
        var block = new ArrayBufferWriter<byte>();

        HpackEncoder.Encode(fields, isFirst: true, block);

        Assert.Equal(fields, new HpackDecoder(1024 * 1024).Decode(block.WrittenSpan)!);
    }

    [Theory]
    [InlineData("80")] // index 0
    [InlineData("be")] // an entry of an empty table
    [InlineData("3fe13f")] // a table larger than allowed
    [InlineData("8220")] // a size update behind a field
    [InlineData("0003666f6f")] // no value
    [InlineData("00ffffffffffff7f")] // an integer that overflows
    [InlineData("008400")] // a string cut off
    [InlineData("00016182ffff")] // padding of more than seven bits
    public void Decode_InvalidBlock_IsACompressionError(string block)
    {
        var error = Assert.Throws<Http2ConnectionException>(() => new HpackDecoder(4096).Decode(Convert.FromHexString(block)));

        Assert.Equal(Http2ErrorCode.CompressionError, error.Code);
    }

    [Fact]
    public void Decode_ListOverTheLimit_IsNullAndKeepsTheTable()
    {
        var decoder = new HpackDecoder(100);
        var large = new ArrayBufferWriter<byte>();
        HpackEncoder.Encode([new("name", new string('x', 200))], isFirst: false, large);

        var block = Convert.FromHexString("4004") .Concat("name"u8.ToArray()).Concat(new byte[] { 5 }).Concat("value"u8.ToArray()).Concat(large.WrittenSpan.ToArray()).ToArray();

        Assert.Null(decoder.Decode(block));
        Assert.Equal([new HeaderField("name", "value")], decoder.Decode([0xbe])!);
    }
}
