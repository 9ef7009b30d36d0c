namespace Cofferdam.IntegrationTests.Executor;

public sealed class CrunExecutorTests : OciExecutorTests
{
    protected override string Runtime => "crun";
}
