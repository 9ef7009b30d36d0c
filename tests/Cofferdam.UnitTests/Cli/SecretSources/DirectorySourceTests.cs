using Cofferdam.Cli.Build;
using Cofferdam.Cli.SecretSources;
using Xunit;

namespace Cofferdam.UnitTests.Cli.SecretSources;

public sealed class DirectorySourceTests : SecretSourceContract
{
    private string Place => Path.Combine(Directory, "secrets");

    [Fact]
    public void Files_OfADirectory_AreSecretsByTheirNames()
    {
        Give(Value);
        File.WriteAllText(Path.Combine(Place, "other"), "x");
        System.IO.Directory.CreateDirectory(Path.Combine(Place, "..data"));
        File.CreateSymbolicLink(Path.Combine(Place, "link"), "npm");
        File.CreateSymbolicLink(Path.Combine(Place, "dangling"), "nothing");

        Assert.Equal(["link", "npm", "other"], SecretProviders.Open([SecretFlag.Parse("from=dir:secrets", _ => null)], Surroundings).Select(given => given.Secret.Id));
    }

    private protected override ISecretSource Create() => SecretProviders.Open([SecretFlag.Parse("id=npm,from=dir:secrets", _ => null)], Surroundings)[0].Secret.Source;

    protected override void Give(string value)
    {
        System.IO.Directory.CreateDirectory(Place);
        File.WriteAllText(Path.Combine(Place, "npm"), value);
    }

    protected override void Remove() => File.Delete(Path.Combine(Directory, "npm"));
}
