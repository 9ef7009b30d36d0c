using System.Net;
using System.Text;
using Cofferdam.Engine;
using Cofferdam.Model;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Engine.RemoteCache;

public sealed class S3CacheStorageTests
{
    private static readonly byte[] s_content = "content"u8.ToArray();

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 10, 0, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "https://b.s3.eu-central-1.amazonaws.com/p/blobs/")]
    [InlineData("endpoint_url=http://localhost:9000,use_path_style=true", "http://localhost:9000/b/p/blobs/")]
    [InlineData("endpoint_url=https://store.example/base/", "https://b.store.example/base/p/blobs/")]
    [InlineData("endpoint_url=http://127.0.0.1:9000", "http://127.0.0.1:9000/b/p/blobs/")]
    [InlineData("blobs_prefix=x y/", "https://b.s3.eu-central-1.amazonaws.com/p/x%20y/")]
    public async Task Blob_LiesWhereBuildKitPutsIt(string more, string place)
    {
        var handler = new AnsweringHandler((_, _) => AnsweringHandler.Answer(HttpStatusCode.OK));

        await Storage(handler, more).PutAsync(Blob(s_content), Token);

        Assert.Equal([("PUT", $"{place}sha256%3A{Digest.Of(s_content).Hex}")], handler.Requests.Select(request => (request.Method, request.Address)));
        Assert.Equal(s_content, handler.Requests[0].Body);
    }

    [Fact]
    public async Task Config_IsWrittenUnderAllNamesAndReadUnderTheFirst()
    {
        var handler = new AnsweringHandler((_, _) => AnsweringHandler.Answer(HttpStatusCode.OK, "{}"));
        var storage = Storage(handler, "name=one;two");

        await storage.PutConfigAsync("{}"u8.ToArray(), Token);

        Assert.Equal("{}", Encoding.UTF8.GetString(Assert.Single(await storage.ReadConfigsAsync(Token))));
        Assert.Equal(["PUT one", "PUT two", "GET one"], handler.Requests.Select(request => request.Method + " " + request.Address.Split("/manifests/")[1]));
    }

    [Fact]
    public async Task Cache_ThatIsNotThere_IsNone()
    {
        var storage = Storage(new AnsweringHandler((_, _) => AnsweringHandler.Answer(HttpStatusCode.NotFound, "<Error><Code>NoSuchKey</Code></Error>")));

        Assert.Empty(await storage.ReadConfigsAsync(Token));
        Assert.False(await storage.HasAsync(Digest.Of("x"), Token));
        await Assert.ThrowsAsync<NotFoundException>(() => storage.OpenBlobAsync(Digest.Of("x"), 0, Token));
    }

    [Fact]
    public async Task Bucket_ThatIsNotThere_IsAnError()
    {
        var storage = Storage(new AnsweringHandler((_, _) => AnsweringHandler.Answer(HttpStatusCode.NotFound, "<Error><Code>NoSuchBucket</Code></Error>")));

        Assert.Contains("there is no such bucket", (await Assert.ThrowsAsync<CofferdamException>(() => storage.ReadConfigsAsync(Token))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(23, "HEAD")]
    [InlineData(25, "HEAD PUT")]
    public async Task Blob_ThatIsOld_IsMadeYoung(int hours, string methods)
    {
        var handler = new AnsweringHandler((_, _) =>
        {
            var answer = AnsweringHandler.Answer(HttpStatusCode.OK);
            answer.Content.Headers.LastModified = _clock.Start - TimeSpan.FromHours(hours);
            return answer;
        });

        Assert.True(await Storage(handler).HasAsync(Digest.Of("x"), Token));

        Assert.Equal(methods, string.Join(' ', handler.Requests.Select(request => request.Method)));
    }

    [Fact]
    public async Task Server_ThatIsBusy_IsAskedAgain()
    {
        var count = 0;
        var handler = new AnsweringHandler((_, _) => AnsweringHandler.Answer(++count < 3 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK));
        _clock.AutoAdvanceAmount = TimeSpan.Zero;
        var putting = Storage(handler).PutAsync(Blob(s_content), Token);
        while (!putting.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }

        await putting;
        Assert.All(handler.Requests, request => Assert.Equal(s_content, request.Body));
        Assert.Equal(3, handler.Requests.Count);
    }

    [Fact]
    public async Task Error_NamesWhatTheServerSaysAndNoSecret()
    {
        var storage = Storage(new AnsweringHandler((_, _) => AnsweringHandler.Answer(HttpStatusCode.Forbidden, "<?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code><Message>a &amp; b</Message></Error>")));

        var error = await Assert.ThrowsAsync<UnauthorizedException>(() => storage.PutAsync(Blob(s_content), Token));

        Assert.Contains("SignatureDoesNotMatch: a & b", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secretkey", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LargeBlob_IsSentInParts()
    {
        var content = new byte[20 * 1024 * 1024];
        new Random(1).NextBytes(content);
        var handler = new AnsweringHandler((request, _) =>
        {
            var answer = AnsweringHandler.Answer(HttpStatusCode.OK, "<InitiateMultipartUploadResult><UploadId>u/1</UploadId></InitiateMultipartUploadResult>");
            answer.Headers.TryAddWithoutValidation("ETag", $"\"{request.RequestUri!.Query.Length}\"");
            return answer;
        });

        await Storage(handler).PutAsync(Blob(content), Token);

        var parts = handler.Requests.Where(request => request.Method == "PUT").OrderBy(request => request.Address).ToList();
        Assert.Equal(3, parts.Count);
        Assert.Equal(content, parts.SelectMany(part => part.Body));
        Assert.All(parts, part => Assert.Contains("&uploadId=u%2F1", part.Address, StringComparison.Ordinal));
        Assert.Contains("<Part><PartNumber>3</PartNumber><ETag>&quot;", Encoding.UTF8.GetString(handler.Requests[^1].Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LargeBlob_ThatFails_LeavesNoParts()
    {
        var handler = new AnsweringHandler((request, _) => request.Method == HttpMethod.Put
            ? AnsweringHandler.Answer(HttpStatusCode.Forbidden)
            : AnsweringHandler.Answer(HttpStatusCode.OK, "<UploadId>u</UploadId>"));

        await Assert.ThrowsAsync<UnauthorizedException>(() => Storage(handler).PutAsync(Blob(new byte[17 * 1024 * 1024]), Token));

        Assert.Equal("DELETE", handler.Requests[^1].Method);
    }

    [Fact]
    public void Parts_AreAtMostTenThousand() => Assert.True((5L << 40) / S3Client.PartSize(5L << 40) <= 10_000);

    [Theory]
    [InlineData("upload_parallelism=0", "upload_parallelism must be a positive integer")]
    [InlineData("retry_mode=often", "retry_mode must be")]
    [InlineData("region=", "region ($AWS_REGION) not set")]
    [InlineData("endpoint_url=ftp://x", "invalid endpoint_url")]
    [InlineData("secret_access_key=", "there are no credentials")]
    public void Attributes_ThatCannotBe_AreRefused(string more, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => S3CacheOptions.Parse(Attributes(more), _ => null)).Message, StringComparison.Ordinal);

    private static Dictionary<string, string> Attributes(string more)
    {
        var attributes = new Dictionary<string, string> { ["bucket"] = "b", ["region"] = "eu-central-1", ["prefix"] = "p/", ["access_key_id"] = "id", ["secret_access_key"] = "secretkey" };
        foreach (var pair in more.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)))
        {
            attributes[pair[0]] = pair[1];
        }

        return attributes;
    }

    private static CacheBlob Blob(byte[] content) => new(Digest.Of(content), content.Length, _ => ValueTask.FromResult<Stream>(new MemoryStream(content)));

    private S3CacheStorage Storage(AnsweringHandler handler, string more = "") => new(S3CacheOptions.Parse(Attributes(more), _ => null), new HttpClient(handler), _clock);
}
