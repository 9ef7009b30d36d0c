using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Cofferdam.Model;
using Cofferdam.Registry;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Registry;

public sealed class RegistryClientTests : IDisposable
{
    private static readonly ImageReference Image = ImageReference.Parse("registry.test/team/app:1");
    private static readonly byte[] Manifest = """{"schemaVersion":2,"config":{},"layers":[]}"""u8.ToArray();

    private readonly FakeRegistry _fake = new();
    private readonly RegistryClient _client;

    public RegistryClientTests() => _client = Client(new RegistryOptions());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _fake.Dispose();
    }

    [Fact]
    public async Task Resolve_Tag_IsOneHead()
    {
        var expected = _fake.AddManifest("team/app", "1", Manifest);

        Assert.Equal(expected, await _client.ResolveAsync(Image, AnonymousCredentials.Instance, Cancel));
        Assert.Equal("HEAD registry.test/v2/team/app/manifests/1", Assert.Single(_fake.Requests));
    }

    [Fact]
    public async Task Resolve_HeadWithoutDigest_ReadsTheManifest()
    {
        var expected = _fake.AddManifest("team/app", "1", Manifest);
        _fake.Intercept = request => request.Method == HttpMethod.Head ? FakeRegistry.Answer(HttpStatusCode.OK) : null;

        Assert.Equal(expected, await _client.ResolveAsync(Image, AnonymousCredentials.Instance, Cancel));
    }

    [Fact]
    public async Task Resolve_HeaderThatLies_IsAnError()
    {
        _fake.Intercept = request =>
        {
            var answer = FakeRegistry.Answer(request.Method == HttpMethod.Head ? HttpStatusCode.MethodNotAllowed : HttpStatusCode.OK, "{}");
            answer.Headers.TryAddWithoutValidation("Docker-Content-Digest", Digest.Of("other").ToString());
            return answer;
        };

        await Assert.ThrowsAsync<DigestMismatchException>(() => _client.ResolveAsync(Image, AnonymousCredentials.Instance, Cancel));
    }

    [Fact]
    public async Task Resolve_UnknownTag_NamesTheImage()
    {
        var error = await Assert.ThrowsAsync<NotFoundException>(() => _client.ResolveAsync(Image, AnonymousCredentials.Instance, Cancel));

        Assert.Contains("registry.test/team/app:1", error.Message, StringComparison.Ordinal);
        Assert.Contains("coffer login registry.test", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DockerHub_IsAskedUnderItsOwnHost()
    {
        _fake.AddManifest("library/alpine", "latest", Manifest);

        await _client.ResolveAsync(ImageReference.Parse("alpine"), AnonymousCredentials.Instance, Cancel);

        Assert.StartsWith("HEAD registry-1.docker.io/v2/library/alpine/", Assert.Single(_fake.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bearer_Anonymous_GetsOneTokenForAllRequests()
    {
        _fake.Token = "t0";
        var descriptor = _fake.AddManifest("team/app", "1", Manifest);

        await _client.ResolveAsync(Image, AnonymousCredentials.Instance, Cancel);
        await _client.FetchAsync(Image, descriptor, AnonymousCredentials.Instance, Cancel);

        Assert.Equal("GET auth.test/token?service=fake%2C%20really&scope=repository%3Ateam%2Fapp%3Apull", Assert.Single(_fake.Requests, request => request.Contains("/token", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Bearer_Password_IsSentToTheTokenServerOnly()
    {
        _fake.Token = "t0";
        _fake.AddManifest("team/app", "1", Manifest);

        await _client.ResolveAsync(Image, new FixedCredentials(new RegistryLogin("joe", "pw")), Cancel);

        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("joe:pw"));
        Assert.StartsWith("GET auth.test/token", Assert.Single(_fake.Requests, request => request.Contains(basic, StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("joe", "grant_type=password")]
    [InlineData("", "grant_type=refresh_token")]
    public async Task Bearer_TokenServerWithoutGet_IsPosted(string user, string expected)
    {
        _fake.Token = "t0";
        _fake.AddManifest("team/app", "1", Manifest);
        var bodies = new List<string>();
        _fake.TokenServer = (request, body) =>
        {
            bodies.Add(body);
            return request.Method == HttpMethod.Get ? FakeRegistry.Answer(HttpStatusCode.MethodNotAllowed) : FakeRegistry.Answer(HttpStatusCode.OK, """{"access_token":"t0"}""");
        };

        await _client.ResolveAsync(Image, new FixedCredentials(new RegistryLogin(user, "secret")), Cancel);

        Assert.Contains(expected, bodies[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bearer_ClientThatGetsTokensItself_IsNotAskedForItsPassword()
    {
        _fake.Token = "own";
        _fake.AddManifest("team/app", "1", Manifest);
        var credentials = new FixedCredentials(new RegistryLogin("joe", "pw"), new RegistryToken("own", TimeSpan.Zero, null));

        await _client.ResolveAsync(Image, credentials, Cancel);

        Assert.Empty(credentials.Asked);
        Assert.Equal(0, _fake.Count("GET auth.test"));
    }

    [Fact]
    public async Task Bearer_TokenRefusedAgain_IsUnauthorizedAfterOneRetry()
    {
        _fake.Token = "t0";
        _fake.TokenServer = (_, _) => FakeRegistry.Answer(HttpStatusCode.OK, """{"token":"wrong"}""");
        var descriptor = new Descriptor { MediaType = MediaTypes.OciManifest, Digest = Digest.Of("x"), Size = 1 };

        var error = await Assert.ThrowsAsync<UnauthorizedException>(() => _client.FetchAsync(Image, descriptor, AnonymousCredentials.Instance, Cancel));

        Assert.Equal(2, _fake.Count("GET registry.test"));
        Assert.DoesNotContain("wrong", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("coffer login registry.test", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_OtherContent_IsAnError()
    {
        var descriptor = _fake.AddManifest("team/app", "1", Manifest);
        _fake.Manifests[$"team/app:{descriptor.Digest}"] = ("{}"u8.ToArray(), MediaTypes.OciManifest);

        var error = await Assert.ThrowsAsync<DigestMismatchException>(() => _client.FetchAsync(Image, descriptor, AnonymousCredentials.Instance, Cancel));

        Assert.Equal(descriptor.Digest, error.Expected);
    }

    [Fact]
    public async Task Fetch_MoreThanTheLimit_IsAnErrorBeforeItIsAsked()
    {
        var descriptor = new Descriptor { MediaType = MediaTypes.OciManifest, Digest = Digest.Of("x"), Size = Limits.ManifestBytes + 1 };

        await Assert.ThrowsAsync<InvalidInputException>(() => _client.FetchAsync(Image, descriptor, AnonymousCredentials.Instance, Cancel));
        Assert.Empty(_fake.Requests);
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task Request_ThatMayPass_IsTriedAgain(HttpStatusCode status)
    {
        var expected = _fake.AddManifest("team/app", "1", Manifest);
        var left = 2;
        _fake.Intercept = _ => left-- > 0 ? FakeRegistry.Answer(status) : null;

        Assert.Equal(expected, await _client.ResolveAsync(Image, AnonymousCredentials.Instance, Cancel));
    }

    [Fact]
    public async Task Request_ToldToWaitForLong_IsAnErrorAtOnce()
    {
        _fake.Intercept = _ =>
        {
            var answer = FakeRegistry.Answer(HttpStatusCode.TooManyRequests);
            answer.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromHours(1));
            return answer;
        };

        var error = await Assert.ThrowsAsync<CofferdamException>(() => _client.ResolveAsync(Image, AnonymousCredentials.Instance, Cancel));

        Assert.Contains("limits how often", error.Message, StringComparison.Ordinal);
        Assert.Single(_fake.Requests);
    }

    [Fact]
    public async Task Request_NobodyThere_NamesHostAndReason()
    {
        _fake.Intercept = _ => throw new HttpRequestException(HttpRequestError.ConnectionError, "connection refused");

        var error = await Assert.ThrowsAsync<CofferdamException>(() => _client.ResolveAsync(Image, AnonymousCredentials.Instance, Cancel));

        Assert.Equal(ErrorCode.RegistryUnavailable, error.Code);
        Assert.Contains("cannot reach registry \"registry.test\": connection refused", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blob_RedirectedElsewhere_DoesNotTakeTheTokenAlong()
    {
        _fake.Token = "t0";
        var content = "hello"u8.ToArray();
        var digest = _fake.AddBlob("team/app", content);
        _fake.Intercept = request =>
        {
            if (request.RequestUri!.Host == "storage.test")
            {
                return new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(content) };
            }

            var isBlob = request.RequestUri.AbsolutePath.Contains("/blobs/", StringComparison.Ordinal) && request.Headers.Authorization is not null;
            var answer = isBlob ? FakeRegistry.Answer(HttpStatusCode.TemporaryRedirect) : null;
            answer?.Headers.TryAddWithoutValidation("Location", "https://storage.test/x?sig=abc");
            return answer;
        };

        await using var blob = await _client.OpenBlobAsync(Image, new Descriptor { MediaType = MediaTypes.OciLayer, Digest = digest, Size = 5 }, 0, AnonymousCredentials.Instance, Cancel);

        Assert.Equal("GET storage.test/x?sig=abc", _fake.Requests.Last());
        Assert.Equal("hello", await new StreamReader(blob.Content).ReadToEndAsync(Cancel));
    }

    [Fact]
    public async Task Blob_FromAnOffset_ResumesOrSaysThatItDidNot()
    {
        var digest = _fake.AddBlob("team/app", "hello"u8.ToArray());
        var descriptor = new Descriptor { MediaType = MediaTypes.OciLayer, Digest = digest, Size = 5 };
        await using (var resumed = await _client.OpenBlobAsync(Image, descriptor, 2, AnonymousCredentials.Instance, Cancel))
        {
            Assert.Equal(2, resumed.Offset);
            Assert.Equal("llo", await new StreamReader(resumed.Content).ReadToEndAsync(Cancel));
        }

        _fake.Intercept = _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("hello") };
        await using var whole = await _client.OpenBlobAsync(Image, descriptor, 2, AnonymousCredentials.Instance, Cancel);
        Assert.Equal(0, whole.Offset);
    }

    [Fact]
    public async Task Mirror_WithoutTheImage_LeavesItToTheRegistry()
    {
        var expected = _fake.AddManifest("team/app", "1", Manifest);
        _fake.Intercept = request => request.RequestUri!.Host == "mirror.test" ? FakeRegistry.Answer(HttpStatusCode.NotFound) : null;
        using var client = Client(new RegistryOptions().With("registry.test", new RegistryHostOptions { Mirrors = ["mirror.test/cache"] }));

        Assert.Equal(expected, await client.ResolveAsync(Image, AnonymousCredentials.Instance, Cancel));
        Assert.Equal(["HEAD mirror.test/v2/cache/team/app/manifests/1?ns=registry.test", "GET mirror.test/v2/cache/team/app/manifests/1?ns=registry.test", "HEAD registry.test/v2/team/app/manifests/1"], _fake.Requests);
    }

    [Theory]
    [InlineData("localhost:5000", "http")]
    [InlineData("127.0.0.1:5000", "http")]
    [InlineData("[::1]:5000", "http")]
    [InlineData("registry.test", "https")]
    public async Task Scheme_OfThisMachine_IsPlain(string host, string scheme)
    {
        var seen = string.Empty;
        _fake.Intercept = request =>
        {
            seen = request.RequestUri!.Scheme;
            return null;
        };
        _fake.AddManifest("app", "1", Manifest);

        await _client.ResolveAsync(ImageReference.Parse(host + "/app:1"), AnonymousCredentials.Instance, Cancel);

        Assert.Equal(scheme, seen);
    }

    [Fact]
    public async Task Scheme_InsecureRegistryWithoutTls_IsPlainInTheEnd()
    {
        var expected = _fake.AddManifest("team/app", "1", Manifest);
        _fake.Intercept = request => request.RequestUri!.Scheme == "https" ? throw new HttpRequestException(HttpRequestError.SecureConnectionError, "frame") : null;
        using var client = Client(new RegistryOptions().WithInsecure("registry.test"));

        Assert.Equal(expected, await client.ResolveAsync(Image, AnonymousCredentials.Instance, Cancel));
        var error = await Assert.ThrowsAsync<CofferdamException>(() => _client.ResolveAsync(Image, AnonymousCredentials.Instance, Cancel));
        Assert.Contains("http = true", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PushBlob_ThatIsThere_SendsNothing()
    {
        var content = "hello"u8.ToArray();
        _fake.AddBlob("team/app", content);

        await PushAsync(content, null);

        Assert.StartsWith("HEAD", Assert.Single(_fake.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PushBlob_ThatAnotherRepositoryHas_IsMounted()
    {
        var content = "hello"u8.ToArray();
        var digest = _fake.AddBlob("other/base", content);

        await PushAsync(content, ImageReference.Parse("registry.test/other/base"));

        Assert.True(_fake.Blobs.ContainsKey($"team/app@{digest}"));
        Assert.Equal(0, _fake.Count("PUT"));
    }

    [Fact]
    public async Task PushBlob_ConnectionBroken_SendsTheRest()
    {
        var content = new byte[100_000];
        new Random(1).NextBytes(content);
        var opened = new List<long>();

        await PushAsync(content, null, offset =>
        {
            opened.Add(offset);
            return opened.Count == 1 ? new BreakingStream(content, 60_000) : new MemoryStream(content, (int)offset, content.Length - (int)offset);
        });

        Assert.True(_fake.Blobs.ContainsKey($"team/app@{Digest.Of(content)}"));
        Assert.Equal([0, 60_000], opened);
        Assert.Equal(1, _fake.Count("PATCH"));
    }

    [Fact]
    public async Task PushBlob_UploadForgotten_BeginsAgain()
    {
        var content = new byte[100_000];
        var first = true;
        _fake.Intercept = request => request.Method == HttpMethod.Put && first && !(first = false) ? FakeRegistry.Answer(HttpStatusCode.NotFound) : null;

        await PushAsync(content, null);

        Assert.Equal(2, _fake.Count("POST"));
    }

    [Fact]
    public async Task PushManifest_WithoutTag_GoesUnderItsDigest()
    {
        var descriptor = new Descriptor { MediaType = MediaTypes.OciManifest, Digest = Digest.Of(Manifest), Size = Manifest.Length };

        await _client.PushManifestAsync(ImageReference.Parse("registry.test/team/app"), descriptor, Manifest, AnonymousCredentials.Instance, Cancel);

        Assert.Equal($"PUT registry.test/v2/team/app/manifests/{descriptor.Digest}", Assert.Single(_fake.Requests));
    }

    private RegistryClient Client(RegistryOptions options) => new(options with { FirstDelay = TimeSpan.Zero }, TimeProvider.System, (_, _) => _fake);

    private Task PushAsync(byte[] content, ImageReference? mountFrom, Func<long, Stream>? open = null) => _client.PushBlobAsync(
        Image,
        new Descriptor { MediaType = MediaTypes.OciLayer, Digest = Digest.Of(content), Size = content.Length },
        mountFrom,
        (offset, _) => ValueTask.FromResult(open?.Invoke(offset) ?? new MemoryStream(content, (int)offset, content.Length - (int)offset)),
        AnonymousCredentials.Instance,
        null,
        Cancel);

    private sealed class BreakingStream(byte[] content, int length) : MemoryStream(content, 0, length)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("broken pipe");
    }
}

file static class RegistryOptionsTestExtensions
{
    public static RegistryOptions With(this RegistryOptions options, string host, RegistryHostOptions settings) => options with { Hosts = options.Hosts.SetItem(host, settings) };
}
