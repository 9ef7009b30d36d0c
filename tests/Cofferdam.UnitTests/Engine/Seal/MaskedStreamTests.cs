using System.Text;
using Cofferdam.Engine;
using Cofferdam.Secrets;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Seal;

public sealed class MaskedStreamTests : IDisposable
{
    private const string Secret = "gh7_Qx29vLmR4tWzK8pB1";

    private readonly SecretSearch _search = new([new SearchedSecret("word", new SecretValue(Encoding.ASCII.GetBytes(Secret)))]);
    private readonly FakeTimeProvider _clock = new();
    private readonly StringBuilder _output = new();
    private readonly List<SecretMatch> _found = [];
    private readonly MaskedStream _stream;

    public MaskedStreamTests() => _stream = new MaskedStream(_search, _found.Add, data => _output.Append(Encoding.ASCII.GetString(data.Span)), _clock);

    [Fact]
    public void Append_WholeLine_IsShownAfterAMoment()
    {
        _stream.Append("hello\nwor"u8);
        Assert.Empty(_output.ToString());

        _clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal("hello\n", _output.ToString());

        _stream.Complete();
        Assert.Equal("hello\nwor", _output.ToString());
        Assert.Empty(_found);
    }

    [Fact]
    public void Append_ValueCutAnywhere_IsReplaced()
    {
        for (var cut = 1; cut < Secret.Length; cut++)
        {
            _output.Clear();
            _found.Clear();
            using var stream = new MaskedStream(_search, _found.Add, data => _output.Append(Encoding.ASCII.GetString(data.Span)), _clock);

            stream.Append(Encoding.ASCII.GetBytes("a " + Secret[..cut]));
            _clock.Advance(TimeSpan.FromSeconds(1));
            stream.Append(Encoding.ASCII.GetBytes(Secret[cut..] + " b\n"));
            _clock.Advance(TimeSpan.FromSeconds(1));

            Assert.Equal("a ***** b\n", _output.ToString());
            Assert.Equal((2, Secret.Length), (_found.Single().Offset, _found.Single().Length));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    [InlineData(100_000)]
    public void Append_LongOutputInPieces_ReplacesEachValueOnceAndKeepsTheRest(int piece)
    {
        var text = new StringBuilder();
        var offsets = new List<long>();
        for (var i = 0; i < 40; i++)
        {
            text.Append('x', 5000 + i).Append(i % 3 == 0 ? "\n" : "-");
            offsets.Add(text.Length);
            text.Append(Secret).Append(i % 2 == 0 ? "\n" : "+");
        }

        var bytes = Encoding.ASCII.GetBytes(text.ToString());
        for (var at = 0; at < bytes.Length; at += piece)
        {
            _stream.Append(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)));
        }

        _stream.Complete();

        Assert.Equal(text.ToString().Replace(Secret, "*****", StringComparison.Ordinal), _output.ToString());
        Assert.Equal(offsets, _found.Select(match => match.Offset));
    }

    [Fact]
    public void Append_LongLineWithoutEnd_IsShownButForWhatMayBeginAValue()
    {
        _stream.Append(Encoding.ASCII.GetBytes(new string('.', 3 * _search.LongestMatch) + Secret[..12]));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((2 * _search.LongestMatch) + 12, _output.Length);

        _stream.Append(Encoding.ASCII.GetBytes(Secret[12..]));
        _stream.Complete();
        Assert.EndsWith(".*****", _output.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _search.Dispose();
    }
}
