using Cofferdam.Engine;
using Cofferdam.Model;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Seal;

public sealed class SealPolicyTests
{
    [Theory]
    [InlineData("", "", SealMode.Warn)]
    [InlineData("", "enforce", SealMode.Enforce)]
    [InlineData("", "off", SealMode.Warn)]
    [InlineData("warn", "enforce", SealMode.Warn)]
    [InlineData("enforce", "", SealMode.Enforce)]
    [InlineData("off", "", SealMode.Off)]
    public void Read_ClientsWish_ComesBeforeTheArgumentWhichOnlyMakesItStricter(string mode, string argument, object expected)
    {
        var policy = SealPolicy.Read(new Dictionary<string, string> { [SealAttributes.Mode] = mode, ["build-arg:COFFERDAM_SEAL"] = argument }, SealMode.Warn);

        Assert.Equal(expected, policy.Mode);
        Assert.Equal(policy.Mode == SealMode.Enforce, policy.Distinction is null);
        Assert.False(policy.Allows("a", "/x"));
    }

    [Theory]
    [InlineData("id=a", "a", "/x", true)]
    [InlineData("id=a", "a", null, true)]
    [InlineData("id=a", "b", "/x", false)]
    [InlineData("id=a,path=/etc/*.conf", "a", "/etc/my.conf", true)]
    [InlineData("path=etc/*.conf,id=a", "a", "/etc/sub/my.conf", false)]
    [InlineData("id=a,path=**/my.conf", "a", "/etc/sub/my.conf", true)]
    [InlineData("id=a,path=**", "a", null, false)]
    public void Allows_Exception_CoversItsSecretAndFilesOnly(string exception, string id, string? path, bool isAllowed)
    {
        var policy = SealPolicy.Read(new Dictionary<string, string> { [SealAttributes.Allowances] = "id=other\n" + exception }, SealMode.Enforce);

        Assert.Equal(isAllowed, policy.Allows(id, path));
        Assert.NotNull(policy.Distinction);
    }

    [Theory]
    [InlineData(SealAttributes.Mode, "of")]
    [InlineData(SealAttributes.Allowances, "path=/x")]
    [InlineData(SealAttributes.Allowances, "id=a,where=/x")]
    public void Read_Nonsense_IsRefused(string key, string value) =>
        Assert.Throws<InvalidInputException>(() => SealPolicy.Read(new Dictionary<string, string> { [key] = value }, SealMode.Enforce));
}
