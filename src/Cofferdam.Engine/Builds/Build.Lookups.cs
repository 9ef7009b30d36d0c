using Cofferdam.Dockerfile;
using Cofferdam.Model;
using Cofferdam.Protocol.Gateway;
using Cofferdam.Solver;
using Google.Protobuf;

namespace Cofferdam.Engine;

// Looking sources up without building anything.
internal sealed partial class Build
{
    /// <inheritdoc/>
    public async Task<ResolveImageConfigResponse> ResolveImageAsync(ResolveImageConfigRequest request, CancellationToken cancellationToken)
    {
        var policies = _policies.With(request.SourcePolicies.Select(static policy => (ReadOnlyMemory<byte>)policy.ToByteArray()));
        var layout = request.ResolverType == 1 ? new OciLayoutStore(request.SessionID, request.StoreID) : null;
        var image = await LookUpAsync(request.Ref, request.Platform, request.ResolveMode, request.LogName, layout, policies, cancellationToken);
        return new ResolveImageConfigResponse { Digest = image.Digest.ToString(), Config = Google.Protobuf.ByteString.CopyFrom(image.Config.Span), Ref = image.Reference.ToString() };
    }

    /// <inheritdoc/>
    public async Task<ResolveSourceMetaResponse> ResolveSourceAsync(ResolveSourceMetaRequest request, CancellationToken cancellationToken)
    {
        const string ImageScheme = "docker-image://";
        const string LayoutScheme = "oci-layout://";
        var policies = _policies.With(request.SourcePolicies.Select(static policy => (ReadOnlyMemory<byte>)policy.ToByteArray()));
        request = new ResolveSourceMetaRequest(request) { Source = policies.Apply(request.Source) };
        var identifier = request.Source.Identifier;
        var isLayout = identifier.StartsWith(LayoutScheme, StringComparison.Ordinal);
        if (SourceLookup.Knows(identifier))
        {
            var name = request.LogName.Length > 0 ? request.LogName : $"resolve source metadata for {RedactedText.Of(identifier)}";
            return await LookUpAsync(identifier, name, context => _services.Sources.ResolveAsync(request, context, cancellationToken));
        }

        if (!isLayout && !identifier.StartsWith(ImageScheme, StringComparison.Ordinal))
        {
            throw new UnsupportedException($"looking up source {Quote.Text(identifier)} is not supported yet");
        }

        var layout = isLayout ? new OciLayoutStore(request.Source.Attrs.GetValueOrDefault("oci.session", string.Empty), request.Source.Attrs.GetValueOrDefault("oci.store", string.Empty)) : null;
        var image = await LookUpAsync(identifier[(isLayout ? LayoutScheme : ImageScheme).Length..], request.Platform, request.ResolveMode, request.LogName, layout, SourcePolicies.None, cancellationToken);
        return new ResolveSourceMetaResponse
        {
            Source = request.Source,
            Image = new ResolveSourceImageResponse
            {
                Digest = image.Digest.ToString(),
                Config = request.Image?.NoConfig == true ? Google.Protobuf.ByteString.Empty : Google.Protobuf.ByteString.CopyFrom(image.Config.Span),
            },
        };
    }

    /// <summary>When the content of a source was made; null where that is not known.</summary>
    public async Task<DateTimeOffset?> FindTimeAsync(Protocol.Llb.SourceOp source, string logName, CancellationToken cancellationToken) =>
        SourceLookup.Knows(source.Identifier) ? await LookUpAsync(source.Identifier, logName, context => _services.Sources.FindTimeAsync(source, context, cancellationToken)) : null;

    private Task<T> LookUpAsync<T>(string identifier, string name, Func<OperationContext, Task<T>> lookup)
    {
        var id = "lookup:" + identifier;
        return _progress.RunStepAsync(id, name, step => lookup(new OperationContext(Digest.Of(id), step, [_job], IgnoreCache: false)));
    }

    private Task<ResolvedImage> LookUpAsync(string reference, Protocol.Llb.Platform? platform, string resolveMode, string logName, OciLayoutStore? layout, SourcePolicies policies, CancellationToken cancellationToken)
    {
        var wanted = platform is null
            ? _services.Platforms[0]
            : new Model.Platform { Os = platform.OS, Architecture = platform.Architecture, Variant = platform.Variant.Length == 0 ? null : platform.Variant }.Normalize();
        var name = logName.Length > 0 ? logName : $"resolve image config for {reference}";
        return new FrontendHost(this, _services.Images(_job), _progress, policies)
            .ResolveImageAsync(ImageReference.Parse(reference).WithDefaultTag(), wanted, resolveMode.Length > 0 ? resolveMode : "default", name, layout, cancellationToken);
    }
}
