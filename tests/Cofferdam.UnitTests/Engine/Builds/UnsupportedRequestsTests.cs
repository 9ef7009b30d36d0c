using System.Collections.Immutable;
using Cofferdam.Engine;
using Cofferdam.Model;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Builds;

public sealed class UnsupportedRequestsTests
{
    private static readonly ImmutableDictionary<string, string> None = ImmutableDictionary<string, string>.Empty;

    [Theory]
    [InlineData("attest:provenance", "mode=max", "attestations of type \"provenance\" are not supported yet")]
    [InlineData("attest:provenance", "", "attestations of type \"provenance\" are not supported yet")]
    [InlineData("attest:sbom", "generator=a", "attestations of type \"sbom\" are not supported yet")]
    public void Attribute_ThatAsksForWhatIsNotThere_IsRefused(string name, string value, string message)
    {
        var attributes = None.Add(name, value);

        Assert.Equal(message, Assert.Throws<UnsupportedException>(() => UnsupportedRequests.Check(new BuildRequest { Ref = "a", FrontendAttributes = attributes })).Message);
        Assert.Equal(message, Assert.Throws<UnsupportedException>(() => UnsupportedRequests.Check(new GatewaySolve { Frontend = "dockerfile.v0", Options = attributes })).Message);
    }

    // docker buildx sends these without being asked.
    [Theory]
    [InlineData("attest:provenance", "mode=min,inline-only=true")]
    [InlineData("attest:provenance", "disabled=true")]
    [InlineData("attest:sbom", "false")]
    [InlineData("cache-imports", "")]
    [InlineData("cache-imports", "[]")]
    [InlineData("cgroup-parent", "")]
    public void Attribute_ThatNobodyAskedFor_IsAccepted(string name, string value)
    {
        UnsupportedRequests.Check(new BuildRequest { Ref = "a", FrontendAttributes = None.Add(name, value) });
        UnsupportedRequests.Check(new GatewaySolve { Frontend = "dockerfile.v0", Options = None.Add(name, value) });
    }

    [Fact]
    public void Caches_OfOtherKinds_AreRefused()
    {
        var cache = new CacheSpec("azblob", None);
        using var http = new HttpClient();
        var storages = new CacheStorageFactory(http, TimeProvider.System, _ => null);

        Assert.Throws<UnsupportedException>(() => new CacheImporter(null!, null!, storages, new CacheStorages()).Check(cache));
        Assert.Throws<UnsupportedException>(() => CacheExportOptions.Parse(cache, storages));
    }
}
