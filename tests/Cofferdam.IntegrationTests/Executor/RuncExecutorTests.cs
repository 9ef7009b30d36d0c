namespace Cofferdam.IntegrationTests.Executor;

public sealed class RuncExecutorTests : OciExecutorTests
{
    protected override string Runtime => "runc";
}
