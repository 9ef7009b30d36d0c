using Cofferdam.Cli.Session;
using Cofferdam.Protocol.Calls;
using Cofferdam.Protocol.Control;
using Cofferdam.Protocol.FileSync;
using Cofferdam.Protocol.Gateway;
using Cofferdam.Protocol.Health;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Xunit;

namespace Cofferdam.UnitTests.Protocol;

/// <summary>What is written down by hand to pass by the generated code says the same.</summary>
public sealed class DirectMethodsTests
{
    public static TheoryData<string, string> Methods => new()
    {
        { DirectMethods.Describe.FullName, NameOf(DaemonReflectionService(), "Describe") },
        { DirectMethods.Solve.FullName, NameOf(Control.Descriptor, "Solve") },
        { DirectMethods.Status.FullName, NameOf(Control.Descriptor, "Status") },
        { DirectMethods.Session.FullName, NameOf(Control.Descriptor, "Session") },
        { DirectMethods.Ping.FullName, NameOf(LLBBridge.Descriptor, "Ping") },
        { DirectMethods.SolveFrontend.FullName, NameOf(LLBBridge.Descriptor, "Solve") },
        { DirectMethods.Return.FullName, NameOf(LLBBridge.Descriptor, "Return") },
        { DirectMethods.DiffCopy.FullName, NameOf(FileSync.Descriptor, "DiffCopy") },
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void Method_IsCalledAsGenerated(string written, string generated) => Assert.Equal(generated, written);

    [Fact]
    public void Session_OffersAllMethodsOfItsServices()
    {
        var offered = ClientSession.HealthMethods.Concat(ClientSession.FileMethods).Concat(ClientSession.AuthMethods);

        Assert.Equal(new[] { Health.Descriptor, FileSync.Descriptor, Auth.Descriptor }.SelectMany(service => service.Methods.Select(method => NameOf(service, method.Name))).Order(StringComparer.Ordinal), offered.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Service_BoundLater_IsOfferedBefore()
    {
        var bound = 0;
        var server = new RpcServer();
        server.AddService(["/a/b"], (ServiceBinderBase _) => bound++);

        Assert.Equal(["/a/b"], server.Methods);
        Assert.Equal(0, bound);
    }

    private static ServiceDescriptor DaemonReflectionService() => Cofferdam.Protocol.Daemon.Daemon.Descriptor;

    private static string NameOf(ServiceDescriptor service, string method) => $"/{service.FullName}/{service.FindMethodByName(method).Name}";
}
