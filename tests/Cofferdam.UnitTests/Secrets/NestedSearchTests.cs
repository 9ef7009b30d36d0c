using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Cofferdam.Secrets;
using Xunit;

namespace Cofferdam.UnitTests.Secrets;

public sealed class NestedSearchTests : IDisposable
{
    private const string Token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
    private static readonly byte[] Leak = Encoding.ASCII.GetBytes("some text, token=" + Token + "\n");
    private readonly SecretSearch _search = Searching.For(("token", Token));

    public void Dispose() => _search.Dispose();

    [Fact]
    public async Task Gzip_WithTheSecret_IsLookedInside()
    {
        var report = await SearchAsync(Gzip(Leak), "etc/notes.txt.gz");

        Assert.Equal(("etc/notes.txt.gz!notes.txt", 17L, Token.Length), Place(Assert.Single(report.Findings)));
        Assert.Empty(report.Gaps);
        Assert.Equal(Leak.Length, report.InflatedBytes);
    }

    [Fact]
    public async Task Gzip_OfTwoMembers_IsReadToItsEnd() =>
        Assert.Single((await SearchAsync([.. Gzip(new byte[100_000]), .. Gzip(Leak)], "a.gz")).Findings);

    [Fact]
    public async Task Zlib_LooseObjectOfGit_IsLookedInside()
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write([.. "blob 58\0"u8, .. Leak]);
        }

        var finding = Assert.Single((await SearchAsync(packed.ToArray(), "src/.git/objects/ab/cdef")).Findings);

        Assert.Equal("src/.git/objects/ab/cdef!content", finding.Path);
    }

    [Fact]
    public async Task Text_ThatBeginsAsZlibDoes_IsJustText()
    {
        var report = await SearchAsync([.. "x^2 + y^2 = 1; "u8, .. Leak], "a.txt");

        Assert.Equal("a.txt", Assert.Single(report.Findings).Path);
        Assert.Empty(report.Gaps);
    }

    [Theory]
    [InlineData(CompressionLevel.Optimal, true)]
    [InlineData(CompressionLevel.Optimal, false)]
    [InlineData(CompressionLevel.NoCompression, true)]
    public async Task Zip_OfManyFiles_IsLookedInside(CompressionLevel level, bool isSeekable)
    {
        var noise = new byte[300_000];
        new Random(1).NextBytes(noise);
        var zip = Zip(level, isSeekable, ("noise.bin", noise), ("empty", []), ("dir/.npmrc", Leak), ("zeroes", new byte[100_000]), ("b.txt", Leak), ("c.txt", Leak));

        var report = await SearchAsync(zip, "a.whl");

        Assert.Empty(report.Gaps);
        Assert.Equal(["a.whl!dir/.npmrc", "a.whl!b.txt", "a.whl!c.txt"], report.Findings.Select(finding => finding.Path));
        Assert.NotNull(report.Findings[0].Advice);
    }

    [Theory]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public async Task Tar_OfManyFiles_IsToldByTheInnermostPath(TarEntryFormat format)
    {
        var longName = format == TarEntryFormat.Ustar ? "x/y" : string.Join('/', Enumerable.Repeat("long-folder-name", 20));
        var tar = Tar(format, ("a.txt", Leak), (longName + "/c.txt", [.. new byte[1000], .. Leak]), ("d.gz", Gzip(Leak)));

        var report = await SearchAsync(tar, "layer.tar");

        Assert.Equal(
            [("layer.tar!a.txt", 17L, Token.Length), ($"layer.tar!{longName}/c.txt", 1017L, Token.Length), ("layer.tar!d.gz!d", 17L, Token.Length)],
            report.Findings.Select(Place));
        Assert.Empty(report.Gaps);
    }

    [Fact]
    public async Task Tar_NameOrTailWithTheSecret_IsFoundAndWithheld()
    {
        var tar = Tar(TarEntryFormat.Ustar, ($"{Token}.txt", "nothing"u8.ToArray()), ($"{Token}.log", Leak));

        var report = await SearchAsync([.. tar, .. Leak], "layer.tar");

        Assert.Equal(["layer.tar!(a name that holds a secret)", "layer.tar", "layer.tar", "layer.tar"], report.Findings.Select(finding => finding.Path));
        Assert.DoesNotContain(Token, string.Join('\n', report.Findings) + string.Join('\n', report.Gaps));
    }

    [Fact]
    public async Task Archives_InArchives_AreLookedInside()
    {
        var wheel = Zip(CompressionLevel.Optimal, isSeekable: false, ("pkg/__init__.py", Leak));
        var debian = Ar(("debian-binary", "2.0\n"u8.ToArray()), ("data.tar.gz", Gzip(Tar(TarEntryFormat.Gnu, ("lib/b.whl", wheel)))));

        var report = await SearchAsync(Gzip(debian), "a.deb.gz");

        Assert.Equal("a.deb.gz!a.deb!data.tar.gz!data.tar!lib/b.whl!pkg/__init__.py", Assert.Single(report.Findings).Path);
    }

    [Fact]
    public async Task Archives_TooDeep_AreSaidNotToBeLookedInside()
    {
        var data = Leak;
        for (var i = 0; i < 5; i++)
        {
            data = Gzip(data);
        }

        Assert.Single((await SearchAsync(data, "a", new NestedLimits { Depth = 5 })).Findings);
        var report = await SearchAsync(data, "a", new NestedLimits { Depth = 4 });
        Assert.Empty(report.Findings);
        Assert.Contains("more than 4 archives", Assert.Single(report.Gaps).Reason);
    }

    [Fact]
    public async Task Bomb_IsReadUpToTheLimitAndTold()
    {
        var bomb = Gzip(Gzip(new byte[200 << 20]));

        var report = await SearchAsync([.. Tar(TarEntryFormat.Gnu, ("bomb.gz", bomb), ("after.gz", Gzip(Leak)), ("after.txt", Leak))], "a.tar", new NestedLimits { InflatedBytes = 10 << 20 });

        Assert.InRange(report.InflatedBytes, 10 << 20, 11 << 20);
        Assert.Contains("10 MiB", Assert.Single(report.Gaps).Reason);
        Assert.Equal("a.tar", Assert.Single(report.Findings).Path);
    }

    [Fact]
    public async Task Entries_BeyondTheLimit_AreStillSearchedAsTheyAre()
    {
        var tar = Tar(TarEntryFormat.Gnu, [.. Enumerable.Range(0, 50).Select(i => ($"f{i}", i == 40 ? Leak : new byte[10]))]);

        var report = await SearchAsync(tar, "a.tar", new NestedLimits { Entries = 20 });

        Assert.Single(report.Gaps);
        Assert.Equal("a.tar", Assert.Single(report.Findings).Path);
    }

    [Fact]
    public async Task Gzip_DamagedWithin_IsSearchedAsFarAsItGoesAndTold()
    {
        var noise = new byte[200_000];
        new Random(1).NextBytes(noise);
        var gzip = Gzip([.. Leak, .. noise]);

        // .NET takes a stream that is cut short for one that has ended; there is nothing more in it.
        Assert.Single((await SearchAsync(gzip[..100_000], "a.gz")).Findings);
        gzip[150_000] ^= 1;
        var report = await SearchAsync(gzip, "a.gz");

        Assert.Equal("a.gz!a", Assert.Single(report.Findings).Path);
        Assert.Contains("damaged", Assert.Single(report.Gaps).Reason);
    }

    [Fact]
    public async Task Archives_WithAnyByteChanged_AreReadToTheirEnd()
    {
        byte[][] archives =
        [
            Gzip(Tar(TarEntryFormat.Pax, ("a.txt", Leak), ("b.zip", Zip(CompressionLevel.Optimal, true, ("c.txt", Leak))))),
            Tar(TarEntryFormat.Pax, (new string('x', 150), Leak), ("b.gz", Gzip(Leak))),
            Zip(CompressionLevel.Optimal, false, ("a", Leak), ("b", Leak)),
            Ar(("a", Leak), ("b", Gzip(Leak))),
        ];
        var random = new Random(11);
        foreach (var archive in archives)
        {
            for (var i = 0; i < 300; i++)
            {
                var changed = archive.ToArray();
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
                var cut = changed[..(i % 3 == 0 ? random.Next(changed.Length) : changed.Length)];
                Assert.Equal(cut.Length, (await SearchAsync(cut, "a")).Bytes);
            }
        }
    }

    [Theory]
    [InlineData("xz", new byte[] { 0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, 0, 4 })]
    [InlineData("zstd", new byte[] { 0x28, 0xb5, 0x2f, 0xfd, 4, 0, 0, 0 })]
    [InlineData("bzip2", new byte[] { (byte)'B', (byte)'Z', (byte)'h', (byte)'9', 1, 2, 3, 4 })]
    public async Task Compression_WithoutADecoder_IsSaidNotToBeLookedInside(string name, byte[] head)
    {
        var report = await SearchAsync([.. head, .. Leak], "a.bin");

        Assert.Equal(new NestedGap("a.bin", $"{name} is not looked inside"), Assert.Single(report.Gaps));
        Assert.Equal("a.bin", Assert.Single(report.Findings).Path);
    }

    [Fact]
    public async Task Compression_WithADecoder_IsLookedInside()
    {
        using var packed = new MemoryStream();
        using (var zstd = new ZstdSharp.CompressionStream(packed, leaveOpen: true))
        {
            zstd.Write(Tar(TarEntryFormat.Gnu, ("a.txt", Leak)));
        }

        var whole = await SearchAsync(packed.ToArray(), "a.tar.zst", decoder: new ZstdDecoder());
        var damaged = await SearchAsync([.. packed.ToArray().AsSpan(0, 20), .. new byte[40]], "a.tar.zst", decoder: new ZstdDecoder());

        Assert.Equal("a.tar.zst!a.tar!a.txt", Assert.Single(whole.Findings).Path);
        Assert.Contains("damaged", Assert.Single(damaged.Gaps).Reason);
    }

    [Fact]
    public async Task Zip_Encrypted_IsSaidNotToBeLookedInside()
    {
        var zip = Zip(CompressionLevel.Optimal, true, ("a", Leak), ("b", Leak));
        zip[6] |= 1;

        var report = await SearchAsync(zip, "a.zip");

        Assert.Equal(new NestedGap("a.zip!a", "encrypted"), Assert.Single(report.Gaps));
        Assert.Equal("a.zip!b", Assert.Single(report.Findings).Path);
    }

    [Fact]
    public async Task Stream_ThatFails_IsNoDamage()
    {
        var nested = new NestedSearch(_search, new NestedLimits(), []);

        await Assert.ThrowsAsync<UnauthorizedAccessException>(async () => await nested.SearchAsync(new FailingStream(Gzip(new byte[1000])), "a", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("app/.git/config", "clone")]
    [InlineData("root/.npmrc", "npm config")]
    [InlineData("etc/pip.conf", "pip config")]
    [InlineData("root/.nuget/NuGet/NuGet.Config", "dotnet nuget")]
    [InlineData("app/__pycache__/a.cpython-312.pyc", "Python")]
    [InlineData("etc/apt/auth.conf.d/x.conf", "step")]
    [InlineData("root/.docker/config.json", "docker login")]
    [InlineData("x.tar!root/.aws/credentials", "aws configure")]
    [InlineData("app/config.json", null)]
    [InlineData("app/notnpmrc", null)]
    public async Task Finding_InAKnownFile_HasAdvice(string path, string? cause)
    {
        var advice = Assert.Single((await SearchAsync(Leak, path)).Findings).Advice;

        Assert.Equal(cause is null, advice is null);
        Assert.Contains(cause ?? "", advice?.Cause ?? "");
    }

    private async ValueTask<SearchReport> SearchAsync(byte[] data, string path, NestedLimits? limits = null, INestedDecoder? decoder = null)
    {
        var nested = new NestedSearch(_search, limits ?? new NestedLimits(), decoder is null ? [] : [decoder]);
        return await nested.SearchAsync(new MemoryStream(data), path, TestContext.Current.CancellationToken);
    }

    private static (string, long, int) Place(SecretFinding finding) => (finding.Path, finding.Offset, finding.Length);

    private static byte[] Gzip(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(data);
        }

        return packed.ToArray();
    }

    private static byte[] Zip(CompressionLevel level, bool isSeekable, params (string Name, byte[] Data)[] files)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(isSeekable ? packed : new UnseekableStream(packed), ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, data) in files)
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(data);
            }
        }

        return packed.ToArray();
    }

    private static byte[] Tar(TarEntryFormat format, params (string Name, byte[] Data)[] files)
    {
        using var packed = new MemoryStream();
        using (var tar = new TarWriter(packed, format, leaveOpen: true))
        {
            foreach (var (name, data) in files)
            {
                TarEntry entry = format switch
                {
                    TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name),
                    TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, name),
                    _ => new PaxTarEntry(TarEntryType.RegularFile, name),
                };
                entry.DataStream = new MemoryStream(data);
                tar.WriteEntry(entry);
            }
        }

        return packed.ToArray();
    }

    private static byte[] Ar(params (string Name, byte[] Data)[] files)
    {
        var all = new List<byte>("!<arch>\n"u8.ToArray());
        foreach (var (name, data) in files)
        {
            all.AddRange(Encoding.ASCII.GetBytes($"{name + "/",-16}{0,-12}{0,-6}{0,-6}{"100644",-8}{data.Length,-10}`\n"));
            all.AddRange(data);
            all.AddRange(data.Length % 2 == 1 ? "\n"u8.ToArray() : []);
        }

        return [.. all];
    }

    private sealed class ZstdDecoder : INestedDecoder
    {
        public string Name => "zstd";

        public bool IsMatch(ReadOnlySpan<byte> head) => head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]);

        public Stream Open(Stream compressed) => new ZstdSharp.DecompressionStream(compressed, leaveOpen: true);
    }

    /// <summary>Makes the zip writer say sizes after the entries.</summary>
    private sealed class UnseekableStream(Stream target) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() => target.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => target.Write(buffer, offset, count);
    }

    /// <summary>Fails after its first bytes.</summary>
    private sealed class FailingStream(byte[] first) : MemoryStream(first)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await base.ReadAsync(buffer[..Math.Min(buffer.Length, 10)], cancellationToken);
            return count > 0 ? count : throw new UnauthorizedAccessException("no more");
        }
    }
}
