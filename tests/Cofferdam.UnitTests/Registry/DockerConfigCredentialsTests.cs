using Cofferdam.Model;
using Cofferdam.Registry;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Registry;

public sealed class DockerConfigCredentialsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string ConfigPath => _directory["docker/config.json"];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("""{"auths":{"h.test":{"auth":"am9lOnA6dw=="}}}""", "h.test", "joe", "p:w")]
    [InlineData("""{"auths":{"https://h.test/v1/":{"username":"joe","password":"pw"}}}""", "h.test", "joe", "pw")]
    [InlineData("""{"auths":{"h.test":{"auth":"am9lOng=","identitytoken":"id"}}}""", "h.test", "", "id")]
    [InlineData("""{"auths":{"https://index.docker.io/v1/":{"auth":"am9lOnB3"}}}""", "registry-1.docker.io", "joe", "pw")]
    public async Task Get_FormsOfOldAndNew_AreRead(string json, string host, string user, string secret)
    {
        await WriteAsync(ConfigPath, json);

        Assert.Equal(new RegistryLogin(user, secret), await Credentials().GetAsync(host, Cancel));
        Assert.Null(await Credentials().GetAsync("other.test", Cancel));
    }

    [Fact]
    public async Task Get_NotInDockersFile_IsLookedForInPodmans()
    {
        await WriteAsync(_directory["run/containers/auth.json"], """{"auths":{"h.test":{"auth":"am9lOnB3"}}}""");

        Assert.Equal(new RegistryLogin("joe", "pw"), await Credentials().GetAsync("h.test", Cancel));
    }

    [Fact]
    public async Task Login_KeepsWhatItDoesNotKnow_AndIsTheOwnersOnly()
    {
        await WriteAsync(ConfigPath, """{"proxies":{"default":{"httpProxy":"p"}},"auths":{}}""");

        await Credentials().LoginAsync("docker.io", new RegistryLogin("joe", "pw"), Cancel);

        Assert.Equal(new RegistryLogin("joe", "pw"), await Credentials().GetAsync("docker.io", Cancel));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(ConfigPath));
        var text = await File.ReadAllTextAsync(ConfigPath, Cancel);
        Assert.Contains("httpProxy", text, StringComparison.Ordinal);
        Assert.Contains("https://index.docker.io/v1/", text, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_directory["docker"]));
    }

    [Fact]
    public async Task Logout_TwiceOfOneLogin_SaysThatThereIsNone()
    {
        await Credentials().LoginAsync("h.test", new RegistryLogin("joe", "pw"), Cancel);

        Assert.Equal(["h.test"], await Credentials().ListAsync(Cancel));
        Assert.True(await Credentials().LogoutAsync("h.test", Cancel));
        Assert.False(await Credentials().LogoutAsync("h.test", Cancel));
    }

    [Fact]
    public async Task Get_HelperThatIsNotInstalled_SaysWhich()
    {
        await WriteAsync(ConfigPath, """{"credHelpers":{"h.test":"there-is-none"}}""");

        var error = await Assert.ThrowsAsync<CofferdamException>(async () => await Credentials().GetAsync("h.test", Cancel));

        Assert.Contains("docker-credential-there-is-none", error.Message, StringComparison.Ordinal);
    }

    private static async Task WriteAsync(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, content, Cancel);
    }

    private DockerConfigCredentials Credentials() => DockerConfigCredentials.ForUser(name => name switch
    {
        "DOCKER_CONFIG" => _directory["docker"],
        "XDG_RUNTIME_DIR" => _directory["run"],
        "HOME" => _directory["home"],
        _ => null,
    });
}
