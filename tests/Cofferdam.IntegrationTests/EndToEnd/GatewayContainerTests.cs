using System.Text;
using Cofferdam.Protocol.Gateway;
using Cofferdam.Protocol.Llb;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Containers that a client or a frontend asks for by the gateway.</summary>
[Collection(DaemonGroup.Name)]
public sealed class GatewayContainerTests(DaemonFixture daemon)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Process_ReadsWritesAndEnds()
    {
        await using var client = await GatewayClient.StartAsync(daemon);
        var container = await client.CreateAsync(daemon.Base);
        using var call = client.Execute();
        await StartAsync(call, "p1", container, "read line; echo got $line; echo wrong >&2; exit 7");
        await call.RequestStream.WriteAsync(new ExecMessage { ProcessID = "p1", File = new FdMessage { Fd = 0, Data = ByteString.CopyFromUtf8("it\n"), EOF = true } }, Token);

        var messages = (await ReadAsync(call, "p1")).Split('|');
        Assert.Equal(["1:got it\n", "2:wrong\n"], messages[1..3].Order(StringComparer.Ordinal)); // One stream does not wait for the other.
        Assert.Equal(["started", "eof", "eof", "exit 7 exit code: 7", "done"], messages.Take(1).Concat(messages.Skip(3)));
        await client.Calls.ReleaseContainerAsync(new ReleaseContainerRequest { ContainerID = container }, client.Headers);
    }

    [Fact]
    public async Task SecondProcess_JoinsTheContainer_WithItsFilesHostsAndSecrets()
    {
        await using var client = await GatewayClient.StartAsync(daemon);
        var container = await client.CreateAsync(daemon.Base, request =>
        {
            request.Hostname = "named";
            request.ExtraHosts.Add(new HostIP { Host = "extra.host", IP = "10.1.2.3" });
            request.Mounts.Add(new Mount { Dest = "/run/token", MountType = MountType.Secret, SecretOpt = new SecretOpt { ID = "token", Mode = 256 } });
        });
        using var call = client.Execute();
        await StartAsync(call, "p1", container, "echo first > /file; trap 'exit 5' TERM; echo ready; while true; do sleep 0.1; done");
        Assert.Equal("started|1:ready\n", await ReadAsync(call, "p1", 2));

        await StartAsync(call, "p2", container, "cat /file /run/token; echo; echo $T; hostname; grep -c extra.host /etc/hosts; grep -c ready /proc/1/cmdline", init => init.Secretenv.Add(new SecretEnv { ID = "token", Name = "T" }));
        Assert.Equal("started|1:first\ns3cret-of-the-test\ns3cret-of-the-test\nnamed\n1\n1\n|eof|eof|exit 0|done", await ReadAsync(call, "p2"));

        var file = await client.Calls.ReadFileContainerAsync(new ReadFileRequest { Ref = container, FilePath = "/file" }, client.Headers);
        var stat = await client.Calls.StatFileContainerAsync(new StatFileRequest { Ref = container, Path = "/bin/busybox" }, client.Headers);
        var entries = await client.Calls.ReadDirContainerAsync(new ReadDirRequest { Ref = container, DirPath = "/", IncludePattern = "fi*" }, client.Headers);
        Assert.Equal("first\n", file.Data.ToStringUtf8());
        Assert.True(stat.Stat.Size > 0);
        Assert.Equal("file", Assert.Single(entries.Entries).Path);

        await call.RequestStream.WriteAsync(new ExecMessage { ProcessID = "p1", Signal = new SignalMessage { Name = "TERM" } }, Token);
        Assert.Equal("eof|eof|exit 5 exit code: 5|done", await ReadAsync(call, "p1"));
    }

    [Fact]
    public async Task Terminal_HasTheSizeItIsGiven()
    {
        await using var client = await GatewayClient.StartAsync(daemon);
        var container = await client.CreateAsync(daemon.Base);
        using var call = client.Execute();
        await StartAsync(call, "p1", container, "trap 'stty size; exit 0' WINCH; echo ready $TERM; while true; do sleep 0.1; done", init => init.Tty = true);
        Assert.Equal("started|1:ready xterm\r\n", await ReadAsync(call, "p1", 2));

        await call.RequestStream.WriteAsync(new ExecMessage { ProcessID = "p1", Resize = new ResizeMessage { Rows = 30, Cols = 90 } }, Token);

        Assert.StartsWith("1:30 90\r\n|", await ReadAsync(call, "p1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Release_KillsWhatRuns_AndForgetsWhatWasWritten()
    {
        await using var client = await GatewayClient.StartAsync(daemon);
        var container = await client.CreateAsync(daemon.Base);
        using var call = client.Execute();
        await StartAsync(call, "p1", container, "echo x > /file; echo ready; sleep 1000");
        Assert.Equal("started|1:ready\n", await ReadAsync(call, "p1", 2));

        await client.Calls.ReleaseContainerAsync(new ReleaseContainerRequest { ContainerID = container }, client.Headers);

        Assert.Empty(Directory.GetFileSystemEntries(daemon.Root + "/executor/steps"));
        Assert.Empty(Directory.GetFileSystemEntries(daemon.Root + "/active"));
        var error = await Assert.ThrowsAsync<RpcException>(async () => await client.Calls.ReleaseContainerAsync(new ReleaseContainerRequest { ContainerID = container }, client.Headers));
        Assert.Contains("previously released or not created", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_ThatEnds_TakesItsContainersWithIt()
    {
        await using (var client = await GatewayClient.StartAsync(daemon))
        {
            var container = await client.CreateAsync(daemon.Base);
            var call = client.Execute();
            await StartAsync(call, "p1", container, "echo ready; sleep 1000");
            Assert.Equal("started|1:ready\n", await ReadAsync(call, "p1", 2));
        }

        Assert.Empty(Directory.GetFileSystemEntries(daemon.Root + "/executor/steps"));
        Assert.Empty(Directory.GetFileSystemEntries(daemon.Root + "/active"));
    }

    // CVE-2024-23653: containers of the gateway did without the entitlements that RUN needs.
    [Fact]
    public async Task Container_WithoutTheEntitlement_IsRefused()
    {
        await using var client = await GatewayClient.StartAsync(daemon);

        var network = await Assert.ThrowsAsync<RpcException>(() => client.CreateAsync(daemon.Base, request => request.Network = NetMode.Host));
        var container = await client.CreateAsync(daemon.Base);
        using var call = client.Execute();
        await call.RequestStream.WriteAsync(Init("p1", container, "true", init => init.Security = SecurityMode.Insecure), Token);
        var privileges = await Assert.ThrowsAsync<RpcException>(() => ReadAsync(call, "p1"));

        Assert.Contains("network.host is not allowed", network.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("security.insecure is not allowed", privileges.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Container_WithTheEntitlement_IsMade()
    {
        await using var client = await GatewayClient.StartAsync(daemon, "network.host");
        var container = await client.CreateAsync(daemon.Base, request => request.Network = NetMode.Host);
        using var call = client.Execute();
        await StartAsync(call, "p1", container, "readlink /proc/self/ns/net");
        Assert.Equal($"started|1:{new FileInfo("/proc/self/ns/net").LinkTarget}\n|eof|eof|exit 0|done", await ReadAsync(call, "p1"));
    }

    private static Task StartAsync(AsyncDuplexStreamingCall<ExecMessage, ExecMessage> call, string id, string container, string script, Action<InitMessage>? change = null) =>
        call.RequestStream.WriteAsync(Init(id, container, script, change), Token);

    private static ExecMessage Init(string id, string container, string script, Action<InitMessage>? change)
    {
        var init = new InitMessage { ContainerID = container, Meta = new Meta { Args = { "/bin/sh", "-c", script }, Env = { "PATH=/usr/bin:/bin" } }, Fds = { 0, 1, 2 } };
        change?.Invoke(init);
        return new ExecMessage { ProcessID = id, Init = init };
    }

    // What comes of a process, up to its end or so many messages.
    private static async Task<string> ReadAsync(AsyncDuplexStreamingCall<ExecMessage, ExecMessage> call, string id, int count = int.MaxValue)
    {
        var text = new StringBuilder();
        var last = 0u;
        for (var i = 0; i < count && await call.ResponseStream.MoveNext(Token); i++)
        {
            var message = call.ResponseStream.Current;
            Assert.Equal(id, message.ProcessID);
            if (message is { InputCase: ExecMessage.InputOneofCase.File, File: { EOF: false, Fd: var stream } } && stream == last)
            {
                text.Append(message.File.Data.ToStringUtf8()); // How output is cut means nothing.
                continue;
            }

            last = message is { InputCase: ExecMessage.InputOneofCase.File, File.EOF: false } ? message.File.Fd : 0;
            text.Append(text.Length > 0 ? "|" : string.Empty).Append(message.InputCase switch
            {
                ExecMessage.InputOneofCase.Started => "started",
                ExecMessage.InputOneofCase.File when message.File.EOF => "eof",
                ExecMessage.InputOneofCase.File => $"{message.File.Fd}:{message.File.Data.ToStringUtf8()}",
                ExecMessage.InputOneofCase.Exit => $"exit {message.Exit.Code} {message.Exit.Error?.Message}".TrimEnd(),
                _ => message.InputCase.ToString().ToLowerInvariant(),
            });
            if (message.InputCase == ExecMessage.InputOneofCase.Done)
            {
                break;
            }
        }

        return text.ToString();
    }
}
