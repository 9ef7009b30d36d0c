using System.Collections;
using Cofferdam.Cli.Frontend;
using Xunit;

namespace Cofferdam.UnitTests.Cli.Frontend;

public sealed class FrontendVariablesTests
{
    [Fact]
    public void Options_AreReadFromTheirVariables()
    {
        var variables = new Hashtable { ["BUILDKIT_FRONTEND_OPT_0"] = "build-arg:X=a=b\nc", ["BUILDKIT_FRONTEND_OPT_12"] = "no-cache=", ["PATH"] = "/bin", ["BUILDKIT_SESSION_ID"] = "x" };
        Assert.Equal(new Dictionary<string, string> { ["build-arg:X"] = "a=b\nc", ["no-cache"] = string.Empty }, FrontendVariables.ReadOptions(variables));
    }
}
