using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Protocol.Upload;
using Cofferdam.Solver;
using Cofferdam.Storage;
using Grpc.Core;

namespace Cofferdam.Engine;

/// <summary>A file from an address (LLB <c>http://</c> and <c>https://</c> sources). Fetched once for its key; a later build asks the server whether it changed.</summary>
internal sealed class HttpOperation(HttpSourceOptions options, SourceServices services) : IOperation
{
    // BuildKit's client serves a request body from standard input under this host.
    private const string SessionHost = "buildkit-session";
    private const string Scope = "http";

    private Fetched? _fetched;

    public async ValueTask<OperationKey> GetKeyAsync(OperationContext context, CancellationToken cancellationToken)
    {
        _fetched = options.Address.Host == SessionHost
            ? await FetchFromSessionAsync(context, cancellationToken)
            : await FetchAsync(context, cancellationToken);
        var key = new JsonObject
        {
            ["Filename"] = options.ResultName(_fetched.Name),
            ["Perm"] = options.Mode,
            ["UID"] = options.Uid,
            ["GID"] = options.Gid,
            ["Checksum"] = _fetched.Digest.ToString(),
            ["LastModified"] = _fetched.LastModified?.ToUnixTimeSeconds() ?? 0,
        };
        return OperationKey.Of(Digest.Of("cofferdam.source.v0:http:" + key.ToJsonString()));
    }

    public async Task<IReadOnlyList<IResult>> RunAsync(OperationContext context, IReadOnlyList<IResult> inputs, CancellationToken cancellationToken)
    {
        var fetched = _fetched ?? throw new InvalidOperationException("an http source is run after its key was asked for");
        await using var layer = await services.Snapshotter.PrepareAsync(Snapshot.Scratch, cancellationToken);
        using (var root = RootedDirectory.Open(layer.UpperPath))
        {
            var name = options.ResultName(fetched.Name);
            using (var handle = root.CreateFile(name, 0x180))
            {
                await using var target = new FileStream(handle, FileAccess.Write);
                await using var source = await services.Content.OpenReadAsync(fetched.Digest, cancellationToken);
                await source.CopyToAsync(target, cancellationToken);
            }

            var time = FileTime.From(fetched.LastModified ?? DateTimeOffset.UnixEpoch);
            root.SetOwner(name, (uint)options.Uid, (uint)options.Gid);
            root.SetMode(name, (uint)options.Mode);
            root.SetTimes(name, time, time);
        }

        return [new SnapshotResult(Snapshot.Scratch.Append(await layer.CommitAsync(null, cancellationToken)), services.Uses)];
    }

    private async Task<Fetched> FetchAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var address = options.Address.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped);
        var known = Fetched.Parse(await services.Memory.FindAsync(Scope, address, cancellationToken));
        if (known is not null && await services.Content.FindAsync(known.Digest, cancellationToken) is null)
        {
            known = null;
        }

        if (known is not null && options.Checksum == known.Digest)
        {
            return known;
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        await AddHeadersAsync(request, known, context, cancellationToken);
        using var response = await SendAsync(request, address, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotModified && known is not null)
        {
            return known;
        }

        if (!response.IsSuccessStatusCode)
        {
            throw new CofferdamException(ErrorCode.NotFound, $"invalid response status {(int)response.StatusCode} of {Quote.Text(address)}") { Hint = "check the address" };
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var digest = await StoreAsync(body, response.Content.Headers.ContentLength ?? 0, context, cancellationToken);
        var fetched = new Fetched(digest, response.Content.Headers.LastModified, response.Headers.ETag?.ToString(), response.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        await services.Memory.PutAsync(Scope, address, fetched.Write(), cancellationToken);
        return fetched;
    }

    private async Task AddHeadersAsync(HttpRequestMessage request, Fetched? known, OperationContext context, CancellationToken cancellationToken)
    {
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("cofferdam", null));
        foreach (var (name, value) in options.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (options.AuthorizationSecret is { } secret && await SourceServices.FindSecretAsync(secret, context, cancellationToken) is { } authorization)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        if (known?.ETag is { } tag)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }

        request.Headers.IfModifiedSince = known?.LastModified;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string address, CancellationToken cancellationToken)
    {
        try
        {
            return await services.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw new CofferdamException(ErrorCode.NotFound, $"fetching {Quote.Text(address)}: {error.Message.ToLowerInvariant()}", error) { Hint = "check the address and the network of the daemon's machine" };
        }
    }

    private async Task<Fetched> FetchFromSessionAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var session = await ((BuildJob)context.Jobs[0]).GetSessionAsync(null, cancellationToken);
        var metadata = new Metadata { { "urlpath", options.Address.AbsolutePath }, { "urlhost", options.Address.Host } };
        using var call = new Upload.UploadClient(session.Calls).Pull(metadata, cancellationToken: cancellationToken);
        await using var body = new MessageReadStream<BytesMessage>(call.ResponseStream, message => message.Data);
        return new Fetched(await StoreAsync(body, 0, context, cancellationToken), null, null, null);
    }

    private async Task<Digest> StoreAsync(Stream body, long total, OperationContext context, CancellationToken cancellationToken)
    {
        await using var writer = await services.Content.OpenWriteAsync("http-" + Guid.NewGuid().ToString("N"), options.Checksum, cancellationToken);
        var buffer = new byte[128 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await writer.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            context.Progress.Status("downloading", "downloading", writer.Offset, total, isCompleted: false);
        }

        context.Progress.Status("downloading", "downloading", writer.Offset, writer.Offset, isCompleted: true);
        try
        {
            return (await writer.CommitAsync(cancellationToken)).Digest;
        }
        catch (DigestMismatchException error)
        {
            throw new DigestMismatchException($"digest mismatch: {Quote.Text(options.Address.ToString())}", error.Expected, error.Actual);
        }
    }

    /// <summary>What is remembered of an address: a line for each of digest, time, tag and name.</summary>
    private sealed record Fetched(Digest Digest, DateTimeOffset? LastModified, string? ETag, string? Name)
    {
        public static Fetched? Parse(byte[]? bytes)
        {
            var lines = bytes is null ? [] : Encoding.UTF8.GetString(bytes).Split('\n');
            return lines.Length == 4 && Digest.TryParse(lines[0], out var digest)
                ? new Fetched(digest, long.TryParse(lines[1], CultureInfo.InvariantCulture, out var time) ? DateTimeOffset.FromUnixTimeSeconds(time) : null, NullIfEmpty(lines[2]), NullIfEmpty(lines[3]))
                : null;
        }

        public byte[] Write() => Encoding.UTF8.GetBytes($"{Digest}\n{LastModified?.ToUnixTimeSeconds()}\n{ETag}\n{Name?.ReplaceLineEndings(" ")}");

        private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
    }
}
