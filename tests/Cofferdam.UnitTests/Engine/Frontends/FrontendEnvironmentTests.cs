using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Cofferdam.Engine;
using Cofferdam.Executor;
using Cofferdam.Model;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Frontends;

public sealed class FrontendEnvironmentTests
{
    [Fact]
    public void Variables_AreTheImagesAndTheRequests()
    {
        var options = new Dictionary<string, string> { ["target"] = "a=b", ["build-arg:X"] = "1\n2" };
        var variables = FrontendEnvironment.Variables(new ContainerConfig { Env = ["PATH=/bin"] }, options, "session-1", new Info());

        Assert.Equal("PATH=/bin", variables[0]);
        Assert.Equal(["BUILDKIT_FRONTEND_OPT_0=build-arg:X=1\n2", "BUILDKIT_FRONTEND_OPT_1=target=a=b", "BUILDKIT_SESSION_ID=session-1"], variables[1..4]);
        var workers = JsonNode.Parse(variables[4]["BUILDKIT_WORKERS=".Length..])!.AsArray();
        Assert.Equal("""[{"id":"worker","labels":{"a":"b"},"platforms":[{"architecture":"arm","os":"linux","variant":"v7"}]}]""", workers.ToJsonString());
        Assert.StartsWith("BUILDKIT_EXPORTEDPRODUCT=", variables[5], StringComparison.Ordinal);
    }

    [Fact]
    public void Process_WithoutAnImage_IsRunInTheRoot()
    {
        var spec = FrontendEnvironment.Specify(null, [], "/root", "/metadata");

        Assert.Equal(["/run"], spec.Arguments);
        Assert.Equal(("/", false, NetworkMode.Default), (spec.WorkingDirectory, spec.IsRootReadOnly, spec.Network));
        Assert.Equal(new StepMount.Bind("/run/config/buildkit/metadata", "/metadata", "/", true), Assert.Single(spec.Mounts));
    }

    [Theory]
    [InlineData("true", NetworkMode.None)]
    [InlineData("1", NetworkMode.None)]
    [InlineData("no", NetworkMode.Default)]
    [InlineData("", NetworkMode.Default)]
    public void Process_OfAnImage_IsAsTheImageSays(string label, NetworkMode network)
    {
        var config = new ContainerConfig { Entrypoint = ["/frontend", "-x"], Cmd = ["no"], WorkingDir = "/work", User = "nobody", Labels = new Dictionary<string, string> { ["moby.buildkit.frontend.network.none"] = label } };
        var spec = FrontendEnvironment.Specify(config, ["A=b"], "/root", "/metadata");

        Assert.Equal(["/frontend", "-x"], spec.Arguments);
        Assert.Equal(("/work", network, string.Empty), (spec.WorkingDirectory, spec.Network, spec.User));
        Assert.Equal(["A=b"], spec.Environment);
    }

    [Theory]
    [InlineData("a,b", "a", false, null)]
    [InlineData("a+x,b", "b+forward,a", false, null)]
    [InlineData("a", "b+forward", false, "b")]
    [InlineData(null, "a", false, "a")]
    [InlineData(null, null, false, null)]
    [InlineData("a", null, true, "moby.buildkit.frontend.inputs")]
    [InlineData("moby.buildkit.frontend.inputs", "", true, null)]
    public void Requirement_MustBeInTheLabel(string? label, string? required, bool hasInputs, string? missing)
    {
        var labels = label is null ? null : new Dictionary<string, string> { ["moby.buildkit.frontend.caps"] = label };
        var error = Record.Exception(() => FrontendRequirements.Check(labels, null, required, hasInputs));
        Assert.Equal(missing, (error as FrontendCapabilityException)?.Name);
    }

    [Fact]
    public void Requirement_OfOldImages_IsKnownByDigest() =>
        FrontendRequirements.Check(null, Digest.Parse("sha256:9ac1c43a60e31dca741a6fe8314130a9cd4c4db0311fbbc636ff992ef60ae76d"), null, hasInputs: true);

    private sealed class Info : IEngineInfo
    {
        public string WorkerId => "worker";

        public string Version => "v1";

        public ImmutableArray<Platform> Platforms => [Platform.Parse("linux/arm/v7")];

        public ImmutableDictionary<string, string> Labels => ImmutableDictionary<string, string>.Empty.Add("a", "b");

        public IReadOnlyList<HostDevice> Devices => [];
    }
}
