using Cofferdam.Engine;
using Cofferdam.Executor;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Devices;

public sealed class DeviceRegistryTests : IDisposable
{
    private const string Json = """
        {"cdiVersion": "0.6.0", "kind": "vendor.com/gpu",
         "containerEdits": {"env": ["ALL=1"]},
         "devices": [
          {"name": "one", "annotations": {"org.mobyproject.buildkit.device.class": "any"}, "containerEdits": {"env": ["ONE=1"],
           "deviceNodes": [{"path": "/dev/thing", "hostPath": "/dev/null", "permissions": "rw"}],
           "mounts": [{"hostPath": "/etc", "containerPath": "/host", "options": ["ro", "bind"]}],
           "hooks": [{"hookName": "createContainer", "path": "/bin/hook", "args": ["hook", "x"]}], "additionalGids": [5]}},
          {"name": "two"}]}
        """;

    private const string Yaml = """
        cdiVersion: 0.6.0
        kind: vendor.com/other
        annotations:
          org.mobyproject.buildkit.device.autoallow: true
        devices:
        - name: "0"
          containerEdits:
            deviceNodes:
            - path: /dev/given
              type: c
              major: 1
              minor: 3
              fileMode: 0666
        """;

    private readonly TemporaryDirectory _directory = new();
    private readonly DeviceRegistry _registry;

    public DeviceRegistryTests()
    {
        File.WriteAllText(_directory["a.json"], Json);
        File.WriteAllText(_directory["b.yaml"], Yaml);
        File.WriteAllText(_directory["c.txt"], "no file of devices");
        _registry = new DeviceRegistry(new DeviceOptions { Directories = [_directory.Path, "/nonexistent"] });
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void List_OfBothForms_TellsNamesAndWhatIsAllowed() =>
        Assert.Equal([("vendor.com/gpu=one", false), ("vendor.com/gpu=two", false), ("vendor.com/other=0", true)], _registry.List(skipsDamaged: false).Select(device => (device.Name, device.IsAutoAllowed)));

    [Theory]
    [InlineData("vendor.com/gpu=two", "vendor.com/gpu=two")]
    [InlineData("vendor.com/gpu", "vendor.com/gpu=one")]
    [InlineData("vendor.com/gpu=*", "vendor.com/gpu=one vendor.com/gpu=two")]
    [InlineData("any", "vendor.com/gpu=one")]
    public void Find_Name_MeansDevices(string name, string expected) =>
        Assert.Equal(expected, string.Join(' ', _registry.Find([new CDIDevice { Name = name }]).Select(device => device.Name)));

    [Fact]
    public void Find_AbsentDevice_IsAnErrorUnlessOptional()
    {
        Assert.Empty(_registry.Find([new CDIDevice { Name = "vendor.com/gpu=three", Optional = true }]));
        Assert.Contains("is not registered", Assert.Throws<NotFoundException>(() => _registry.Find([new CDIDevice { Name = "vendor.com/gpu=three" }])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Edit_Device_HasItsAndItsFilesChanges()
    {
        var edits = _registry.Edit(_registry.Find([new CDIDevice { Name = "vendor.com/gpu=*" }, new CDIDevice { Name = "vendor.com/other=0" }]));

        Assert.Equal(["ALL=1", "ONE=1"], edits.Environment);
        Assert.Equal([5u], edits.Groups);
        Assert.Equal(new StepMount.Bind("/host", "/", "/etc", IsReadOnly: true), Assert.Single(edits.Mounts));
        Assert.Equal("createContainer", Assert.Single(edits.Hooks).Moment);
        Assert.Equal(("/dev/thing", "c", 1L, 3L, "rw"), (edits.Nodes[0].Path, edits.Nodes[0].Type, edits.Nodes[0].Major, edits.Nodes[0].Minor, edits.Nodes[0].Access));
        Assert.Equal(0x1b6u, edits.Nodes[1].Mode);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("device", true)]
    [InlineData("device=vendor.com/gpu=one", true)]
    [InlineData("device=vendor.com/gpu=two", false)]
    public void Check_Grant_LetsDeviceBeUsed(string grant, bool isGranted)
    {
        void Check(string name) => DeviceGrants.Check([new CDIDevice { Name = name }], new HashSet<string> { grant }, _registry);

        Check("vendor.com/other=0");
        Assert.Equal(isGranted, Record.Exception(() => Check("vendor.com/gpu=one")) is null);
    }

    [Fact]
    public void Read_DamagedFile_IsNamedAndSkippedInLists()
    {
        File.WriteAllText(_directory["d.json"], "{");

        Assert.Contains("d.json", Assert.Throws<InvalidInputException>(() => _registry.Find([new CDIDevice { Name = "any" }])).Message, StringComparison.Ordinal);
        Assert.Equal(3, _registry.List(skipsDamaged: true).Count);
    }
}
