using Cofferdam.Cli.SecretSources;

namespace Cofferdam.UnitTests.Cli.SecretSources;

public sealed class FileSourceTests : SecretSourceContract
{
    private string Place => Path.Combine(Directory, "token");

    private protected override ISecretSource Create() => new FileSource(Place);

    protected override void Give(string value) => File.WriteAllText(Place, value);

    protected override void Remove() => File.Delete(Place);
}
