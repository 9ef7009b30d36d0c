using System.Net.Sockets;
using Cofferdam.Cli.SecretSources;
using Cofferdam.Cli.Session;
using Cofferdam.Daemon;
using Cofferdam.Engine;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Protocol.Calls;
using Cofferdam.Protocol.Content;
using Cofferdam.Protocol.Control;
using Cofferdam.Protocol.FileSync;
using Cofferdam.Protocol.Secrets;
using Cofferdam.Protocol.Ssh;
using Cofferdam.Protocol.Upload;
using Cofferdam.UnitTests.Protocol.Http2;
using Google.Protobuf;
using Grpc.Core;
using Xunit;
using ClientSession = Cofferdam.Cli.Session.ClientSession;
using SecretsClient = Cofferdam.Protocol.Secrets.Secrets.SecretsClient;
using SessionAgent = Cofferdam.Cli.Session.SessionAgent;

namespace Cofferdam.UnitTests.Cli.Session;

/// <summary>The client's side of a session against the daemon's, over a connection in memory.</summary>
public sealed class ClientSessionTests : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("coffer-session-");
    private readonly SessionRegistry _registry = new(TimeProvider.System);
    private readonly RpcChannel _daemon;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private ClientSession? _session;

    public ClientSessionTests()
    {
        var pair = new DuplexPair();
        var server = new RpcServer();
        Control.BindService(server, new SessionOnly(_registry));
        _serving = server.ServeAsync(pair.Right, TimeSpan.FromSeconds(1), _stop.Token);
        _daemon = RpcChannel.Over(pair.Left);
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is not null)
        {
            await _session.DisposeAsync();
        }

        await _daemon.DisposeAsync();
        await _stop.CancelAsync();
        await _serving;
        _stop.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Session_Opened_IsFoundAndGoneAfterItsEnd()
    {
        var session = await OpenAsync(new SessionOptions { SharedKey = "key", Directories = new Dictionary<string, string> { ["context"] = _directory.FullName } });

        Assert.Equal("key", session.SharedKey);
        Assert.True(session.Exposes("/moby.filesync.v1.FileSync/diffcopy"));
        Assert.False(session.Exposes("/moby.filesync.v1.FileSend/diffcopy"));

        await _session!.DisposeAsync();
        await WaitAsync(session.Closed);
        Assert.Equal(0, _registry.Count);
    }

    [Fact]
    public async Task FileSync_DirectoryWithPatterns_SendsWhatTheyAllow()
    {
        Write("context/keep/a,b.txt", "content");
        Write("context/keep/größe.txt", "umlaut");
        Write("context/skip/c.txt", "no");
        Write("context/d.log", "no");
        var session = await OpenAsync(new SessionOptions { Directories = new Dictionary<string, string> { ["context"] = Sub("context") } });
        var metadata = new Metadata { { "dir-name", "context" }, { "exclude-patterns", "skip" }, { "exclude-patterns", "**/*.log" } };

        using var root = RootedDirectory.Open(_directory.CreateSubdirectory("received").FullName);
        using var call = new FileSync.FileSyncClient(session.Calls).DiffCopy(metadata);
        await new FileReceiver(root, new FileListing(), new ReceiverOptions()).ReceiveAsync(call.ResponseStream, call.RequestStream, CancellationToken.None);
        await call.RequestStream.CompleteAsync();

        Assert.Equal(["keep", "keep/a,b.txt", "keep/größe.txt"], Directory.EnumerateFileSystemEntries(Sub("received"), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Sub("received"), path)).Order(StringComparer.Ordinal));
        Assert.Equal("umlaut", File.ReadAllText(Sub("received/keep/größe.txt")));
    }

    [Fact]
    public async Task FileSync_UnknownDirectory_IsNotFound()
    {
        var session = await OpenAsync(new SessionOptions { Directories = new Dictionary<string, string> { ["context"] = _directory.FullName } });

        using var call = new FileSync.FileSyncClient(session.Calls).DiffCopy(new Metadata { { "dir-name", "other" } });
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None));

        Assert.Equal(new Grpc.Core.Status(StatusCode.NotFound, "no access allowed to dir \"other\""), error.Status);
    }

    [Fact]
    public async Task FileSend_File_ArrivesWithItsDetails()
    {
        IReadOnlyDictionary<string, string>? details = null;
        var received = new MemoryStream();
        var session = await OpenAsync(new SessionOptions
        {
            StandardOutput = received,
            Targets = new Dictionary<int, SessionTarget>
            {
                [1] = new() { OpenStream = told => { details = told; return received; } },
            },
        });
        var metadata = new Metadata { { "buildkit-attachable-exporter-id", "1" }, { "exporter-md-containerimage.digest", "sha256:1" } };

        using var call = new FileSend.FileSendClient(session.Calls).DiffCopy(metadata);
        await call.RequestStream.WriteAsync(new Cofferdam.Protocol.FileSync.BytesMessage { Data = ByteString.CopyFromUtf8("some ") });
        await call.RequestStream.WriteAsync(new Cofferdam.Protocol.FileSync.BytesMessage { Data = ByteString.CopyFromUtf8("bytes") });
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None));

        Assert.Equal("some bytes", System.Text.Encoding.UTF8.GetString(received.ToArray()));
        Assert.Equal("sha256:1", details!["containerimage.digest"]);
    }

    [Fact]
    public async Task FileSend_Directory_IsMergedIntoWhatIsThere()
    {
        Write("source/bin/tool", "new");
        Write("source/readme", "new");
        Write("target/bin/other", "old");
        Write("target/readme", "old");
        var session = await OpenAsync(new SessionOptions { Targets = new Dictionary<int, SessionTarget> { [0] = new() { Directory = Sub("target") } } });
        var raw = Marshallers.Create<byte[]>(static bytes => bytes, static bytes => bytes);
        var method = new Method<byte[], byte[]>(MethodType.DuplexStreaming, "moby.filesync.v1.FileSend", "DiffCopy", raw, raw);

        using var call = session.Calls.AsyncDuplexStreamingCall(method, null, new CallOptions(new Metadata { { "buildkit-attachable-exporter-id", "0" } }));
        await FileSender.SendAsync(Sub("source"), new TransferFilter(), new Packets(call.ResponseStream), new PacketWriter(call.RequestStream), CancellationToken.None);
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None));

        Assert.Equal(["bin/other old", "bin/tool new", "readme new"], Directory.EnumerateFiles(Sub("target"), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Sub("target"), path) + " " + File.ReadAllText(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Secrets_FilesAndVariables_AreReadWhenAsked()
    {
        Write("token", "first");
        var session = await OpenAsync(new SessionOptions
        {
            Secrets =
            [
                new SessionSecret("file", new FileSource(Sub("token"))),
                new SessionSecret("variable", new VariableSource("TOKEN", static name => name == "TOKEN" ? "from the environment" : null)),
                new SessionSecret("unset", new VariableSource("NOTHING", static _ => null)),
            ],
        });
        Write("token", "second");
        var secrets = new SecretsClient(session.Calls);

        Assert.Equal("second", (await secrets.GetSecretAsync(new GetSecretRequest { ID = "file" })).Data.ToStringUtf8());
        Assert.Equal("from the environment", (await secrets.GetSecretAsync(new GetSecretRequest { ID = "variable" })).Data.ToStringUtf8());
        foreach (var id in new[] { "unset", "unknown" })
        {
            Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => secrets.GetSecretAsync(new GetSecretRequest { ID = id }).ResponseAsync)).StatusCode);
        }
    }

    [Fact]
    public void Secrets_FileThatIsMissing_IsToldAtOnce() =>
        Assert.Throws<NotFoundException>(() => ClientSession.Open(_daemon.Calls, new SessionOptions { Secrets = [new SessionSecret("id", new FileSource(Sub("nothing")))] }));

    [Fact]
    public void Secrets_FileOverTheLimit_IsToldAtOnce()
    {
        Write("large", new string('x', Limits.SecretBytes + 1));

        Assert.Throws<CofferdamException>(() => ClientSession.Open(_daemon.Calls, new SessionOptions { Secrets = [new SessionSecret("id", new FileSource(Sub("large")))] }));
    }

    [Fact]
    public async Task Ssh_Agent_IsForwardedBothWays()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Sub("agent")));
        listener.Listen();
        var session = await OpenAsync(new SessionOptions { Agents = [new SessionAgent("default", [Sub("agent")], IsRaw: true)] });
        var ssh = new SSH.SSHClient(session.Calls);
        await ssh.CheckAgentAsync(new CheckAgentRequest { ID = "" });

        using var call = ssh.ForwardAgent(new Metadata { { "buildkit.ssh.id", "default" } });
        using var agent = await listener.AcceptAsync();
        await call.RequestStream.WriteAsync(new Cofferdam.Protocol.Ssh.BytesMessage { Data = ByteString.CopyFromUtf8("question") });
        var question = new byte[8];
        Assert.Equal(8, await agent.ReceiveAsync(question));
        await agent.SendAsync("answer"u8.ToArray());
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal("answer", call.ResponseStream.Current.Data.ToStringUtf8());
        await call.RequestStream.CompleteAsync();
        Assert.Equal(0, await agent.ReceiveAsync(question)); // the half that was closed
        agent.Close();
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None));
    }

    [Fact]
    public void Ssh_FileThatIsNoKey_IsRefused()
    {
        Write("key", "-----BEGIN OPENSSH PRIVATE KEY-----");

        Assert.Throws<InvalidInputException>(() => ClientSession.Open(_daemon.Calls, new SessionOptions { Agents = [new SessionAgent("default", [Sub("key")], IsRaw: false)] }));
    }

    [Fact]
    public async Task Upload_Stream_IsSentOnce()
    {
        var content = new byte[3_000_000];
        Random.Shared.NextBytes(content);
        var session = await OpenAsync(new SessionOptions { Uploads = new Dictionary<string, Stream> { ["abc"] = new MemoryStream(content) } });
        var metadata = new Metadata { { "urlpath", "/abc" }, { "urlhost", "buildkit-session" } };
        var upload = new Upload.UploadClient(session.Calls);

        using var call = upload.Pull(metadata);
        using var received = new MemoryStream();
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            received.Write(call.ResponseStream.Current.Data.Span);
        }

        Assert.Equal(content, received.ToArray());
        using var again = upload.Pull(metadata);
        await Assert.ThrowsAsync<RpcException>(() => again.ResponseStream.MoveNext(CancellationToken.None));
    }

    [Fact]
    public async Task Content_WrittenToALayout_CanBeReadFromIt()
    {
        var session = await OpenAsync(new SessionOptions { ContentStores = new Dictionary<string, string> { ["export"] = _directory.FullName, ["oci:base"] = _directory.FullName } });
        var content = new Content.ContentClient(session.Calls);
        var data = ByteString.CopyFromUtf8("a blob");
        var digest = Digest.Of(data.Span).ToString();

        using (var write = content.Write(new Metadata { { "buildkit-attachable-store-id", "export" } }))
        {
            await write.RequestStream.WriteAsync(new WriteContentRequest { Action = WriteAction.Stat, Ref = "r", Total = 6, Expected = digest });
            await write.RequestStream.WriteAsync(new WriteContentRequest { Action = WriteAction.Write, Ref = "r", Data = data });
            await write.RequestStream.WriteAsync(new WriteContentRequest { Action = WriteAction.Commit, Ref = "r", Total = 6, Offset = 6, Expected = digest });
            await write.RequestStream.CompleteAsync();
            WriteContentResponse? last = null;
            while (await write.ResponseStream.MoveNext(CancellationToken.None))
            {
                last = write.ResponseStream.Current;
            }

            Assert.Equal((digest, 6L), (last!.Digest, last.Offset));
        }

        var metadata = new Metadata { { "buildkit-attachable-store-id", "oci:base" } };
        Assert.Equal(6, (await content.InfoAsync(new Cofferdam.Protocol.Content.InfoRequest { Digest = digest }, metadata)).Info.Size);
        using var read = content.Read(new ReadContentRequest { Digest = digest, Offset = 2 }, metadata);
        Assert.True(await read.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal("blob", read.ResponseStream.Current.Data.ToStringUtf8());
        var missing = await Assert.ThrowsAsync<RpcException>(() => content.InfoAsync(new Cofferdam.Protocol.Content.InfoRequest { Digest = Digest.Of("other").ToString() }, metadata).ResponseAsync);
        Assert.Equal(StatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Content_WithAnotherDigest_IsRefused()
    {
        var session = await OpenAsync(new SessionOptions { ContentStores = new Dictionary<string, string> { ["export"] = _directory.FullName } });

        using var write = new Content.ContentClient(session.Calls).Write(new Metadata { { "buildkit-attachable-store-id", "export" } });
        await write.RequestStream.WriteAsync(new WriteContentRequest { Action = WriteAction.Commit, Ref = "r", Data = ByteString.CopyFromUtf8("x"), Expected = Digest.Of("y").ToString() });
        var error = await Assert.ThrowsAsync<RpcException>(() => write.ResponseStream.MoveNext(CancellationToken.None));

        Assert.Equal(StatusCode.FailedPrecondition, error.StatusCode);
        Assert.False(Directory.Exists(Sub("blobs")));
    }

    private static async Task WaitAsync(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = token.Register(cancelled.SetResult);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
    }

    private async Task<IClientSession> OpenAsync(SessionOptions options)
    {
        _session = ClientSession.Open(_daemon.Calls, options);
        return (await _registry.FindAsync(_session.Id, CancellationToken.None))!;
    }

    private string Sub(string path) => Path.Combine(_directory.FullName, path);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Sub(path))!);
        File.WriteAllText(Sub(path), text);
    }

    private sealed class SessionOnly(SessionRegistry registry) : Control.ControlBase
    {
        public override Task Session(IAsyncStreamReader<Cofferdam.Protocol.Control.BytesMessage> requestStream, IServerStreamWriter<Cofferdam.Protocol.Control.BytesMessage> responseStream, ServerCallContext context) =>
            registry.ServeAsync(requestStream, responseStream, context);
    }

    private sealed class PacketWriter(IAsyncStreamWriter<byte[]> messages) : IAsyncStreamWriter<Cofferdam.Protocol.FileTransfer.Packet>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(Cofferdam.Protocol.FileTransfer.Packet message) => messages.WriteAsync(message.ToByteArray());

        public Task WriteAsync(Cofferdam.Protocol.FileTransfer.Packet message, CancellationToken cancellationToken) => messages.WriteAsync(message.ToByteArray(), cancellationToken);
    }

    private sealed class Packets(IAsyncStreamReader<byte[]> messages) : IAsyncStreamReader<Cofferdam.Protocol.FileTransfer.Packet>
    {
        public Cofferdam.Protocol.FileTransfer.Packet Current { get; private set; } = new();

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            var moved = await messages.MoveNext(cancellationToken);
            Current = moved ? Cofferdam.Protocol.FileTransfer.Packet.Parser.ParseFrom(messages.Current) : Current;
            return moved;
        }
    }
}
