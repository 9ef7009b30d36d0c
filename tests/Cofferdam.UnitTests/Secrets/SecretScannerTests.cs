using System.Text;
using Cofferdam.Secrets;
using Cofferdam.Secrets.Encodings;
using Cofferdam.Secrets.Search;
using Xunit;

namespace Cofferdam.UnitTests.Secrets;

public sealed class SecretScannerTests
{
    private const string Token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 7)]
    [InlineData(3, 4096)]
    [InlineData(4, 70_000)]
    [InlineData(5, int.MaxValue)]
    [InlineData(6, 33)]
    public void Scanner_OnAnyData_FindsWhatANaiveSearchFinds(int seed, int mostChunk)
    {
        var random = new Random(seed);
        using var table = SearchCompiler.Compile([.. Secrets(random)]).Table;
        var data = Data(random, table, 450_000);

        using var scanner = new SecretScanner(table);
        for (var at = 0; at < data.Length;)
        {
            var take = Math.Min(data.Length - at, mostChunk < 100 ? random.Next(0, mostChunk + 1) : mostChunk);
            scanner.Append(data.AsSpan(at, take));
            at += take;
        }

        scanner.Finish();
        var expected = Naive(table, data);
        Assert.True(expected.Count is > 100 and < SecretScanner.MostMatches, $"{expected.Count} matches say little");
        Assert.Equal(expected.Order(), scanner.Found.Select(found => (found.Offset, found.Pattern, found.Length)).Order());
    }

    [Fact]
    public void Match_AtEachPlaceAboutABlocksEnd_IsFoundOnce()
    {
        using var search = Searching.For(("token", Token));
        var data = new byte[160 * 1024];
        for (var at = 125_000; at < 140_000; at += 37)
        {
            Array.Clear(data);
            Encoding.ASCII.GetBytes(Token, data.AsSpan(at));
            Assert.Equal([(long)at], Searching.In(search, data).Select(match => match.Offset));
        }
    }

    [Fact]
    public void Offset_FarIntoAStream_IsRight()
    {
        using var search = Searching.For(("token", Token));
        using var scanner = search.OpenScanner();
        var chunk = new byte[1 << 20];
        for (var i = 0; i < 20; i++)
        {
            scanner.Append(chunk);
        }

        scanner.Append(Encoding.ASCII.GetBytes("x" + Token));

        Assert.Equal((20L << 20) + 1, Assert.Single(scanner.Finish()).Offset);
    }

    [Fact]
    public void Stream_FullOfTheSecret_IsSaturatedAndEnds()
    {
        using var search = Searching.For(("token", Token));
        using var scanner = search.OpenScanner();
        var piece = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(Token, 5000)));
        for (var i = 0; i < 20; i++)
        {
            scanner.Append(piece);
        }

        Assert.True(scanner.IsSaturated);
        Assert.Equal(SecretScanner.MostMatches, scanner.Finish().Count);
        Assert.Equal(20L * piece.Length, scanner.Length);
    }

    [Fact]
    public void Matches_ThatOverlap_AreToldOnce()
    {
        const string Netrc = "machine h.example.test login builder password s3cr3tPw99x";
        using var search = Searching.For(("a", Netrc), ("b", "s3cr3tPw99x"));

        var matches = Searching.In(search, $"..{Netrc}..");

        Assert.Equal([("a", "whole"), ("b", "whole")], matches.Select(match => (match.SecretId, match.Form)));
    }

    [Fact]
    public void Chunks_TakeNoMemory()
    {
        using var search = Searching.For(("token", Token));
        using var scanner = search.OpenScanner();
        var chunk = new byte[100_000];
        new Random(1).NextBytes(chunk);

        // Code that runs for the first time takes memory too: the least of several rounds is what the chunks take.
        var rounds = Enumerable.Range(0, 4).Select(_ => Allocated(scanner, chunk)).ToList();

        Assert.Equal(0, rounds.Min());
    }

    [Fact]
    public void Scanner_OfADisposedSearch_GoesOn()
    {
        var search = Searching.For(("token", Token));
        using var scanner = search.OpenScanner();
        search.Dispose();
        scanner.Append(Encoding.ASCII.GetBytes(Token));

        Assert.Single(scanner.Finish());
    }

    [Fact]
    public void NewlinesAndBackslashes_WithoutEnd_AreScanned()
    {
        using var search = Searching.For(("token", Token));
        foreach (var piece in (string[])["\n", "\\n", "\r\n", "a\n", " \n", "=\n", "\\r\\n", "\\\n", "\n                                 "])
        {
            Assert.Empty(Searching.In(search, string.Concat(Enumerable.Repeat(piece, 300_000 / piece.Length))));
        }
    }

    private static long Allocated(SecretScanner scanner, byte[] chunk)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++)
        {
            scanner.Append(chunk);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static IEnumerable<SearchedSecret> Secrets(Random random)
    {
        const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=\"'&<>\\ $!%";
        yield return new SearchedSecret("short", new SecretValue(Encoding.UTF8.GetBytes(new string(random.GetItems<char>(Letters.AsSpan(0, 62), 7)))));
        yield return new SearchedSecret("marks", new SecretValue(Encoding.UTF8.GetBytes(new string(random.GetItems<char>(Letters, 30)))));
        yield return new SearchedSecret("lines", new SecretValue(Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 4).Select(_ => "x" + new string(random.GetItems<char>(Letters.AsSpan(0, 62), 30)))))));
        var binary = new byte[600];
        random.NextBytes(binary);
        yield return new SearchedSecret("binary", new SecretValue(binary));
    }

    /// <summary>Noise of several kinds with patterns in it: whole, cut short, with a byte changed, wrapped.</summary>
    private static byte[] Data(Random random, PatternTable table, int length)
    {
        string[] breaks = ["\n", "\r\n", "\n    ", "\\n", "\\r\\n", "\\\n", "=\n", "=\r\n"];
        var data = new List<byte>(length);
        while (data.Count < length)
        {
            var pattern = table[random.Next(table.Count)];
            var bytes = table.View().Bytes.Slice(pattern.Start, pattern.Length).ToArray();
            switch (random.Next(12))
            {
                case 0:
                    data.AddRange(bytes);
                    break;
                case 1:
                    data.AddRange(bytes.AsSpan(0, random.Next(bytes.Length)));
                    break;
                case 2:
                    bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
                    data.AddRange(bytes);
                    break;
                case 3 or 4:
                    var width = random.Next(16, 80);
                    var first = random.Next(1, width + 1);
                    var lineEnd = Encoding.ASCII.GetBytes(breaks[random.Next(breaks.Length)]);
                    for (var i = 0; i < bytes.Length; i++)
                    {
                        data.AddRange(i > 0 && i % width == first % width ? lineEnd : []);
                        data.Add(bytes[i]);
                    }

                    break;
                default:
                    var noise = new byte[random.Next(900)];
                    random.NextBytes(noise);
                    var mask = random.Next(3) switch { 0 => 0xff, 1 => 0x7f, _ => 0x0f };
                    data.AddRange(noise.Select(one => (byte)(one & mask)));
                    break;
            }
        }

        return [.. data];
    }

    private static List<(long Offset, int Pattern, int Length)> Naive(PatternTable table, byte[] data)
    {
        var found = new List<(long, int, int)>();
        for (var index = 0; index < table.Count; index++)
        {
            var pattern = table[index];
            var bytes = table.View().Bytes.Slice(pattern.Start, pattern.Length);
            for (var start = 0; start < data.Length; start++)
            {
                var next = data.AsSpan(start).IndexOf(bytes[0]);
                if (next < 0)
                {
                    break;
                }

                start += next;
                var length = data.AsSpan(start).StartsWith(bytes) ? (pattern.IsOnlyBroken ? 0 : bytes.Length) : Broken(data, start, pattern, bytes);
                if (length > 0)
                {
                    found.Add((start, index, length));
                }
            }
        }

        return found;
    }

    private static int Broken(byte[] data, int start, in SearchPattern pattern, ReadOnlySpan<byte> bytes)
    {
        var at = start;
        for (var i = 0; pattern.Breaks != LineBreaks.None && i < bytes.Length; i++)
        {
            while (i > 0 && BreakText.After(data, at, pattern.Breaks) is > 0 and var length)
            {
                at += length;
            }

            if (at >= data.Length || data[at] != bytes[i])
            {
                return 0;
            }

            at++;
        }

        return pattern.Breaks != LineBreaks.None && at - start <= pattern.MostExtent ? at - start : 0;
    }
}
