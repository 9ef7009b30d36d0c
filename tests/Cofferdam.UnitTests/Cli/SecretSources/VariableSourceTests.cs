using Cofferdam.Cli.SecretSources;

namespace Cofferdam.UnitTests.Cli.SecretSources;

public sealed class VariableSourceTests : SecretSourceContract
{
    private protected override ISecretSource Create() => new VariableSource("TOKEN", Surroundings.Variable);

    protected override void Give(string value) => Variables["TOKEN"] = value;

    protected override void Remove() => Variables.Remove("TOKEN");
}
