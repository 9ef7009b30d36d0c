using System.Net;
using System.Net.Http.Headers;
using Cofferdam.Model;
using Cofferdam.Registry.Connections;
using Cofferdam.Registry.Transfers;

namespace Cofferdam.Registry;

/// <content>Reading.</content>
public sealed partial class RegistryClient
{
    private static readonly string[] ManifestTypes = [MediaTypes.OciIndex, MediaTypes.DockerManifestList, MediaTypes.OciManifest, MediaTypes.DockerManifest];

    /// <inheritdoc/>
    public Task<Descriptor> ResolveAsync(ImageReference reference, IRegistryCredentials credentials, CancellationToken cancellationToken) =>
        EachAsync(reference.Registry, forPull: true, endpoint => ResolveAtAsync(endpoint, reference, credentials, cancellationToken));

    /// <inheritdoc/>
    public Task<byte[]> FetchAsync(ImageReference repository, Descriptor descriptor, IRegistryCredentials credentials, CancellationToken cancellationToken) =>
        EachAsync(repository.Registry, forPull: true, async endpoint =>
        {
            var isManifest = MediaTypes.IsManifest(descriptor.MediaType) || MediaTypes.IsIndex(descriptor.MediaType);
            var limit = isManifest ? Limits.ManifestBytes : Limits.ConfigBytes;
            var action = $"pull {Quote.Text(repository.Familiar)}";
            if (descriptor.Size > limit)
            {
                throw new InvalidInputException($"{action}: {descriptor.Digest} has {descriptor.Size} bytes, more than {limit}");
            }

            var path = $"{repository.Repository}/{(isManifest ? "manifests" : "blobs")}/{descriptor.Digest}";
            var call = Call(action, endpoint, HttpMethod.Get, endpoint.Address(path), [Pull(repository)], credentials, isManifest ? AcceptManifests : null);
            var content = await ReadAsync(call, limit, cancellationToken);
            Verify($"{repository.Familiar}: {descriptor.Digest}", descriptor, content.Body);
            return content.Body;
        });

    /// <inheritdoc/>
    public Task<RegistryBlob> OpenBlobAsync(ImageReference repository, Descriptor descriptor, long offset, IRegistryCredentials credentials, CancellationToken cancellationToken) =>
        EachAsync(repository.Registry, forPull: true, async endpoint =>
        {
            await endpoint.Transfers.WaitAsync(cancellationToken);
            var isOpen = false;
            HttpResponseMessage? response = null;
            try
            {
                var action = $"pull {Quote.Text(repository.Familiar)}";
                var address = endpoint.Address($"{repository.Repository}/blobs/{descriptor.Digest}");
                var call = Call(action, endpoint, HttpMethod.Get, address, [Pull(repository)], credentials, request => request.Headers.Range = offset > 0 ? new RangeHeaderValue(offset, null) : null);
                response = await _sender.SendAsync(call, cancellationToken);
                if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                {
                    response.Dispose();
                    response = await _sender.SendAsync(call with { Prepare = null }, cancellationToken);
                }

                if (!response.IsSuccessStatusCode)
                {
                    throw await RegistryErrors.FromAsync(action, endpoint.Host, response, cancellationToken);
                }

                var begins = response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange?.From ?? offset : 0;
                var body = await response.Content.ReadAsStreamAsync(cancellationToken);
                isOpen = true;
                return new RegistryBlob(new BlobStream(body, response, endpoint.Transfers, _options.IdleTimeout, _timeProvider), begins);
            }
            finally
            {
                if (!isOpen)
                {
                    response?.Dispose();
                    endpoint.Transfers.Release();
                }
            }
        });

    private static void AcceptManifests(HttpRequestMessage request)
    {
        foreach (var type in ManifestTypes)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        }
    }

    private static void Verify(string subject, Descriptor descriptor, byte[] content)
    {
        var actual = ContentDigest.Of(content, descriptor.Digest.Algorithm);
        if (actual != descriptor.Digest || (descriptor.Size > 0 && descriptor.Size != content.Length))
        {
            throw new DigestMismatchException($"the content of {Quote.Text(subject)} ({content.Length} bytes, {descriptor.Size} expected)", descriptor.Digest, actual);
        }
    }

    private async Task<Descriptor> ResolveAtAsync(RegistryEndpoint endpoint, ImageReference reference, IRegistryCredentials credentials, CancellationToken cancellationToken)
    {
        var action = $"resolve {Quote.Text(reference.Familiar)}";
        var wanted = reference.Digest?.ToString() ?? reference.WithDefaultTag().Tag;
        var call = Call(action, endpoint, HttpMethod.Head, endpoint.Address($"{reference.Repository}/manifests/{wanted}"), [Pull(reference)], credentials, AcceptManifests);
        using (var response = await _sender.SendAsync(call, cancellationToken))
        {
            var type = response.Content.Headers.ContentType?.MediaType;
            if (response.IsSuccessStatusCode && DigestOf(response) is { } digest && type is not null && response.Content.Headers.ContentLength is { } size)
            {
                CheckPinned(reference, digest);
                return new Descriptor { MediaType = type, Digest = digest, Size = size };
            }

            // The answer to HEAD has no body that would say why, and some registries do not serve it.
            if (response.StatusCode is HttpStatusCode.TooManyRequests)
            {
                throw await RegistryErrors.FromAsync(action, endpoint.Host, response, cancellationToken);
            }
        }

        var (body, mediaType, named) = await ReadAsync(call with { Method = HttpMethod.Get }, Limits.ManifestBytes, cancellationToken);
        var actual = ContentDigest.Of(body, (reference.Digest ?? named)?.Algorithm ?? "sha256");
        if (named is { } claimed && claimed != actual && claimed.Algorithm == actual.Algorithm)
        {
            throw new DigestMismatchException($"the manifest of {Quote.Text(reference.Familiar)}", claimed, actual);
        }

        CheckPinned(reference, actual);
        return new Descriptor { MediaType = mediaType ?? MediaTypes.OciManifest, Digest = actual, Size = body.Length };
    }

    private async Task<(byte[] Body, string? MediaType, Digest? Named)> ReadAsync(RegistryCall call, int limit, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var response = await _sender.SendAsync(call, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw await RegistryErrors.FromAsync(call.Action, call.Endpoint.Host, response, cancellationToken);
            }

            try
            {
                await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
                return (await BoundedContent.ReadAsync(stream, limit, call.Action, cancellationToken), response.Content.Headers.ContentType?.MediaType, DigestOf(response));
            }
            catch (Exception error) when (RegistrySender.IsTransient(error, cancellationToken))
            {
                if (attempt >= _options.MaxAttempts)
                {
                    throw RegistryErrors.From(call.Action, call.Address, error);
                }

                await _sender.BackOffAsync(attempt, cancellationToken);
            }
        }
    }

    private static Digest? DigestOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Docker-Content-Digest", out var values) && Digest.TryParse(values.FirstOrDefault(), out var digest) ? digest : null;

    private static void CheckPinned(ImageReference reference, Digest actual)
    {
        if (reference.Digest is { } pinned && pinned != actual)
        {
            throw new DigestMismatchException($"the manifest of {Quote.Text(reference.Familiar)}", pinned, actual);
        }
    }
}
