using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Cofferdam.Executor;
using Cofferdam.Model;
using Cofferdam.Secrets;
using Xunit;

namespace Cofferdam.UnitTests.Executor;

public sealed class SpecBuilderTests
{
    private static readonly ProcessSpec s_spec = new() { Id = "one", RootPath = "/root", Arguments = ["/bin/true"], Environment = ["A=1"] };

    [Fact]
    public void Sandbox_HasSeccompMasksAndNoInheritableCapabilities()
    {
        var json = Build(s_spec);

        Assert.Equal("SCMP_ACT_ERRNO", json.GetProperty("linux").GetProperty("seccomp").GetProperty("defaultAction").GetString());
        Assert.Contains("/proc/kcore", Texts(json.GetProperty("linux").GetProperty("maskedPaths")));
        Assert.DoesNotContain("CAP_SYS_ADMIN", Texts(json.GetProperty("process").GetProperty("capabilities").GetProperty("bounding")));
        Assert.False(json.GetProperty("process").GetProperty("capabilities").TryGetProperty("inheritable", out _));
        Assert.False(json.GetProperty("linux").GetProperty("resources").GetProperty("devices")[0].GetProperty("allow").GetBoolean());
    }

    [Fact]
    public void Groups_HaveTheUsersOwnFirst()
    {
        var user = Build(s_spec, user: new ResolvedUser(5, 6, [7], "/")).GetProperty("process").GetProperty("user");

        Assert.Equal([6, 7], user.GetProperty("additionalGids").EnumerateArray().Select(gid => gid.GetInt32()));
    }

    [Fact]
    public void Privileged_HasNoSeccompAndNoMasks()
    {
        var linux = Build(s_spec with { IsPrivileged = true }).GetProperty("linux");

        Assert.False(linux.TryGetProperty("seccomp", out _));
        Assert.False(linux.TryGetProperty("maskedPaths", out _));
        Assert.True(linux.GetProperty("resources").GetProperty("devices")[0].GetProperty("allow").GetBoolean());
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("", true)]
    public void Network_OfTheHost_HasNoNamespace(string? network, bool has)
    {
        var namespaces = Build(s_spec, network).GetProperty("linux").GetProperty("namespaces").EnumerateArray().Select(each => each.GetProperty("type").GetString());

        Assert.Equal(has, namespaces.Contains("network"));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("quote\" back\\slash\nline\u0001")]
    [InlineData("\u00e9\u4e2d\ud83d\ude00")]
    public void SecretVariable_ComesThroughWholeAndReplacesAPlainOne(string text)
    {
        using var value = new SecretValue(Encoding.UTF8.GetBytes(text));

        var json = Build(s_spec with { Environment = ["TOKEN=old", "HOME=/h"], SecretEnvironment = [new SecretVariable("TOKEN", value), new SecretVariable("NONE", null)] });

        Assert.Equal(["HOME=/h", "TOKEN=" + text, "NONE="], Texts(json.GetProperty("process").GetProperty("env")));
    }

    [Fact]
    public void SecretVariable_ThatIsNoText_IsRefusedWithoutItsValue()
    {
        using var value = new SecretValue([0xff, .. "zebra"u8]);

        var error = Assert.Throws<InvalidInputException>(() => Build(s_spec with { SecretEnvironment = [new SecretVariable("TOKEN", value)] }));

        Assert.DoesNotContain("zebra", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_AreWrittenWhereSet()
    {
        var json = Build(s_spec with { Resources = new ResourceLimits { Memory = 5, CpusetCpus = "0" }, Ulimits = [("nofile", 1, -1)] });

        Assert.Equal(5, json.GetProperty("linux").GetProperty("resources").GetProperty("memory").GetProperty("limit").GetInt64());
        Assert.False(json.GetProperty("linux").GetProperty("resources").GetProperty("cpu").TryGetProperty("shares", out _));
        Assert.Equal("RLIMIT_NOFILE", json.GetProperty("process").GetProperty("rlimits")[0].GetProperty("type").GetString());
        Assert.Equal(ulong.MaxValue, json.GetProperty("process").GetProperty("rlimits")[0].GetProperty("hard").GetUInt64());
    }

    [Theory]
    [InlineData("", "/cofferdam/one")]
    [InlineData("/a/b/", "/a/b/cofferdam/one")]
    public void CgroupParent_IsAboveTheContainers(string parent, string expected) => Assert.Equal(expected, SpecBuilder.CgroupPath(s_spec with { CgroupParent = parent }));

    [Fact]
    public void CgroupParent_LeadingUpwards_IsRefused() => Assert.Throws<InvalidInputException>(() => SpecBuilder.CgroupPath(s_spec with { CgroupParent = "a/../../b" }));

    [Theory]
    [InlineData(Architecture.X64, "arch_prctl")]
    [InlineData(Architecture.Arm64, "cacheflush")]
    public void Seccomp_AllowsWhatTheProcessorNeedsAndNotMounting(Architecture processor, string own)
    {
        var rules = SeccompProfile.Create(processor)!.Syscalls;

        Assert.Contains(rules, rule => rule.Names.Contains(own));
        Assert.DoesNotContain(rules, rule => rule.Names.Any(name => name is "mount" or "unshare" or "setns" or "bpf" or "keyctl" or "io_uring_setup" or "open_by_handle_at" or "kexec_load"));
        var clone = Assert.Single(rules, rule => rule.Names.Contains("clone"));
        Assert.Equal(0x7E020000ul, Assert.Single(clone.Args!).Value); // CLONE_NEW*
        Assert.Equal(38u, Assert.Single(rules, rule => rule.Names.Contains("clone3")).ErrnoRet); // ENOSYS: libc falls back to clone
    }

    private static JsonElement Build(ProcessSpec spec, string? network = null, ResolvedUser? user = null)
    {
        var builder = new SpecBuilder { Spec = spec, User = user ?? new ResolvedUser(0, 0, [], "/root"), Mounts = [], NetworkNamespace = network, HasSeccomp = true };
        using var written = RuntimeSpecJson.Write(builder.Build());
        return JsonSerializer.Deserialize<JsonElement>(written.Written);
    }

    private static List<string?> Texts(JsonElement array) => [.. array.EnumerateArray().Select(element => element.GetString())];
}
