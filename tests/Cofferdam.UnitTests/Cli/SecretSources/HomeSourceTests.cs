using Cofferdam.Cli.Build;
using Cofferdam.Cli.SecretSources;
using Xunit;

namespace Cofferdam.UnitTests.Cli.SecretSources;

public sealed class HomeSourceTests : SecretSourceContract
{
    public HomeSourceTests() => Variables["HOME"] = Directory;

    [Theory]
    [InlineData("netrc", ".netrc", "")]
    [InlineData("netrc", "elsewhere", "NETRC")]
    [InlineData("npmrc", ".npmrc", "")]
    [InlineData("npmrc", "elsewhere", "NPM_CONFIG_USERCONFIG")]
    [InlineData("nuget.config", ".nuget/NuGet/NuGet.Config", "")]
    [InlineData("pip.conf", ".config/pip/pip.conf", "")]
    [InlineData("pip.conf", ".pip/pip.conf", "")]
    [InlineData("pip.conf", "elsewhere", "PIP_CONFIG_FILE")]
    public async Task Name_IsLookedForWhereItsToolLooks(string name, string place, string variable)
    {
        var path = Path.Combine(Directory, place);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, Value);
        if (variable.Length > 0)
        {
            Variables[variable] = path;
        }

        var given = Assert.Single(SecretProviders.Open([SecretFlag.Parse("from=home:" + name, _ => null)], Surroundings));

        Assert.Equal((name, Value), (given.Secret.Id, await ReadAsync(given.Secret.Source)));
    }

    private protected override ISecretSource Create() => SecretProviders.Open([SecretFlag.Parse("from=home:netrc", _ => null)], Surroundings)[0].Secret.Source;

    protected override void Give(string value) => File.WriteAllText(Path.Combine(Directory, ".netrc"), value);

    protected override void Remove() => File.Delete(Path.Combine(Directory, ".netrc"));
}
