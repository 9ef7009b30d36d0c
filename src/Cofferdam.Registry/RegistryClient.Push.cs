using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using Cofferdam.Model;
using Cofferdam.Registry.Connections;
using Cofferdam.Registry.Transfers;

namespace Cofferdam.Registry;

/// <content>Writing.</content>
public sealed partial class RegistryClient
{
    /// <inheritdoc/>
    public Task PushBlobAsync(
        ImageReference repository,
        Descriptor descriptor,
        ImageReference? mountFrom,
        Func<long, CancellationToken, ValueTask<Stream>> open,
        IRegistryCredentials credentials,
        IProgress<long>? progress,
        CancellationToken cancellationToken) => EachAsync(repository.Registry, forPull: false, async endpoint =>
        {
            await endpoint.Transfers.WaitAsync(cancellationToken);
            try
            {
                var from = mountFrom is not null && mountFrom.Registry == repository.Registry && mountFrom.Repository != repository.Repository ? mountFrom : null;
                ImmutableArray<string> scopes = from is null ? [Push(repository)] : [Push(repository), Pull(from)];
                var upload = new BlobUpload(Call(
                    $"push {Quote.Text(repository.Familiar)}", endpoint, HttpMethod.Head, endpoint.Address($"{repository.Repository}/blobs/{descriptor.Digest}"), scopes, credentials), repository, descriptor, open, progress);
                if (!await ExistsAsync(upload.Call, cancellationToken))
                {
                    await UploadAsync(upload, from, cancellationToken);
                }

                progress?.Report(descriptor.Size);
                return true;
            }
            finally
            {
                endpoint.Transfers.Release();
            }
        });

    /// <inheritdoc/>
    public Task PushManifestAsync(ImageReference reference, Descriptor descriptor, ReadOnlyMemory<byte> content, IRegistryCredentials credentials, CancellationToken cancellationToken) =>
        EachAsync(reference.Registry, forPull: false, async endpoint =>
        {
            Verify(reference.Familiar, descriptor, content.ToArray());
            var address = endpoint.Address($"{reference.Repository}/manifests/{reference.Tag ?? descriptor.Digest.ToString()}");
            var call = Call($"push {Quote.Text(reference.Familiar)}", endpoint, HttpMethod.Put, address, [Push(reference)], credentials, request =>
            {
                request.Content = new ReadOnlyMemoryContent(content);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue(descriptor.MediaType);
            });
            using var response = await _sender.SendAsync(call, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw await RegistryErrors.FromAsync(call.Action, endpoint.Host, response, cancellationToken);
            }

            return DigestOf(response) is { } stored && stored != descriptor.Digest
                ? throw new DigestMismatchException($"the manifest of {Quote.Text(reference.Familiar)} as the registry stored it", descriptor.Digest, stored)
                : true;
        });

    private async Task<bool> ExistsAsync(RegistryCall call, CancellationToken cancellationToken)
    {
        using var response = await _sender.SendAsync(call, cancellationToken);
        return response.IsSuccessStatusCode || IsNotFound(response) || response.StatusCode == HttpStatusCode.MethodNotAllowed
            ? response.IsSuccessStatusCode
            : throw await RegistryErrors.FromAsync(call.Action, call.Endpoint.Host, response, cancellationToken);
    }

    private async Task UploadAsync(BlobUpload upload, ImageReference? mountFrom, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var location = await BeginAsync(upload, mountFrom, cancellationToken);
            if (location is null || await SendBlobAsync(upload, location, cancellationToken))
            {
                return;
            }

            // The registry forgot the upload: all over again.
            if (attempt >= _options.MaxAttempts)
            {
                throw new CofferdamException(ErrorCode.RegistryUnavailable, $"{upload.Call.Action}: the connection broke {attempt} times while sending {upload.Descriptor.Digest}");
            }

            mountFrom = null;
            await _sender.BackOffAsync(attempt, cancellationToken);
        }
    }

    /// <summary>Begins an upload; null when the registry took the blob from another repository.</summary>
    private async Task<Uri?> BeginAsync(BlobUpload upload, ImageReference? mountFrom, CancellationToken cancellationToken)
    {
        var query = mountFrom is null ? string.Empty : $"?mount={Uri.EscapeDataString(upload.Descriptor.Digest.ToString())}&from={Uri.EscapeDataString(mountFrom.Repository)}";
        var address = upload.Call.Endpoint.Address($"{upload.Repository.Repository}/blobs/uploads/{query}");
        using var response = await _sender.SendAsync(upload.Call with { Method = HttpMethod.Post, Address = address, Prepare = static request => request.Content = new ByteArrayContent([]) }, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Created)
        {
            return null;
        }

        if (!response.IsSuccessStatusCode && mountFrom is not null)
        {
            // It may be the other repository that may not be read.
            return await BeginAsync(upload with { Call = upload.Call with { Scopes = [Push(upload.Repository)] } }, null, cancellationToken);
        }

        return response.IsSuccessStatusCode
            ? Next(address, response) ?? throw new CofferdamException(ErrorCode.RegistryUnavailable, $"{upload.Call.Action}: the registry does not say where to upload to")
            : throw await RegistryErrors.FromAsync(upload.Call.Action, upload.Call.Endpoint.Host, response, cancellationToken);
    }

    /// <summary>Sends the blob in one request, and after a broken connection the rest of it. False when the upload must begin again.</summary>
    private async Task<bool> SendBlobAsync(BlobUpload upload, Uri location, CancellationToken cancellationToken)
    {
        var offset = 0L;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (offset > 0 && offset < upload.Descriptor.Size)
                {
                    location = await PatchAsync(upload, location, offset, cancellationToken);
                    offset = upload.Descriptor.Size;
                }

                var finish = new UriBuilder(location);
                finish.Query = finish.Query.TrimStart('?') + (finish.Query.Length > 1 ? "&" : string.Empty) + "digest=" + Uri.EscapeDataString(upload.Descriptor.Digest.ToString());
                using var response = await _sender.SendAsync(upload.Request(HttpMethod.Put, finish.Uri, offset), cancellationToken);
                if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.RequestedRangeNotSatisfiable)
                {
                    return false;
                }

                if (response.IsSuccessStatusCode)
                {
                    return true;
                }

                if ((int)response.StatusCode < 500 || attempt >= _options.MaxAttempts)
                {
                    throw await RegistryErrors.FromAsync(upload.Call.Action, upload.Call.Endpoint.Host, response, cancellationToken);
                }
            }
            catch (CofferdamException error) when (error.InnerException is not null && attempt < _options.MaxAttempts && RegistrySender.IsTransient(error.InnerException, cancellationToken))
            {
                // The connection broke; what has arrived need not be sent again.
            }

            await _sender.BackOffAsync(attempt, cancellationToken);
            if (await AskOffsetAsync(upload, location, cancellationToken) is not { } state)
            {
                return false;
            }

            (location, offset) = state;
        }
    }

    private async Task<Uri> PatchAsync(BlobUpload upload, Uri location, long offset, CancellationToken cancellationToken)
    {
        using var response = await _sender.SendAsync(upload.Request(HttpMethod.Patch, location, offset), cancellationToken);
        return response.IsSuccessStatusCode
            ? Next(location, response) ?? location
            : throw await RegistryErrors.FromAsync(upload.Call.Action, upload.Call.Endpoint.Host, response, cancellationToken);
    }

    private async Task<(Uri Location, long Offset)?> AskOffsetAsync(BlobUpload upload, Uri location, CancellationToken cancellationToken)
    {
        using var response = await _sender.SendAsync(upload.Call with { Method = HttpMethod.Get, Address = location }, cancellationToken);
        if (!response.IsSuccessStatusCode || !response.Headers.TryGetValues("Range", out var values))
        {
            return null;
        }

        // "0-99" is a hundred bytes; for none registries say "0-0", or "0--1".
        var range = values.FirstOrDefault() ?? string.Empty;
        var last = long.TryParse(range[(range.IndexOf('-', StringComparison.Ordinal) + 1)..], out var number) ? number : 0;
        return (Next(location, response) ?? location, last <= 0 ? 0 : Math.Min(last + 1, upload.Descriptor.Size));
    }

    private static Uri? Next(Uri address, HttpResponseMessage response) => response.Headers.Location is { } location ? new Uri(address, location) : null;
}
