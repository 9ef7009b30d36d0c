using System.Buffers.Binary;
using Cofferdam.Protocol.Http2;
using Xunit;

namespace Cofferdam.UnitTests.Protocol.Http2;

public sealed class HostilePeerTests : IAsyncDisposable
{
    private static readonly byte[] _request = [0x83, 0x84, 0x86, 0x41, 0x01, (byte)'a']; // POST / http, authority a

    private readonly DuplexPair _pair = new();
    private readonly Http2Connection _server;
    private readonly List<Http2Stream> _streams = [];

    public HostilePeerTests() => _server = Http2Connection.StartServer(_pair.Right, Http2Options.Default, stream =>
    {
        lock (_streams)
        {
            _streams.Add(stream);
        }

        return Task.Delay(Timeout.Infinite, stream.Aborted).ContinueWith(_ => { }, TaskScheduler.Default);
    });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public Task Frame_LargerThanAnnounced_IsAFrameSizeError() =>
        ExpectGoAwayAsync(Http2ErrorCode.FrameSizeError, Preface(), Header(70_000, FrameType.Data, 0, 1));

    [Fact]
    public Task Data_PaddedByItsWholeLength_IsAProtocolError() =>
        ExpectGoAwayAsync(Http2ErrorCode.ProtocolError, Preface(), Frame(FrameType.Headers, 4, 1, _request), Frame(FrameType.Data, 8, 1, [3, 0, 0]));

    [Fact]
    public Task Data_OnAnIdleStream_IsAProtocolError() =>
        ExpectGoAwayAsync(Http2ErrorCode.ProtocolError, Preface(), Frame(FrameType.Data, 0, 1, [0]));

    [Fact]
    public Task Headers_InterruptedByAnotherFrame_IsAProtocolError() =>
        ExpectGoAwayAsync(Http2ErrorCode.ProtocolError, Preface(), Frame(FrameType.Headers, 0, 1, _request), Frame(FrameType.Ping, 0, 0, new byte[8]));

    [Fact]
    public Task Headers_OnAnEvenStream_IsAProtocolError() =>
        ExpectGoAwayAsync(Http2ErrorCode.ProtocolError, Preface(), Frame(FrameType.Headers, 4, 2, _request));

    [Fact]
    public Task Settings_Missing_IsAProtocolError() =>
        ExpectGoAwayAsync(Http2ErrorCode.ProtocolError, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), Frame(FrameType.Ping, 0, 0, new byte[8]));

    [Fact]
    public Task Preface_OfHttp1_IsAProtocolError() =>
        ExpectGoAwayAsync(Http2ErrorCode.ProtocolError, "GET / HTTP/1.1\r\nhost: x\r\n\r\n"u8.ToArray());

    [Fact]
    public Task WindowUpdate_ThatOverflows_IsAFlowControlError() =>
        ExpectGoAwayAsync(Http2ErrorCode.FlowControlError, Preface(), Frame(FrameType.WindowUpdate, 0, 0, [0x7f, 0xff, 0xff, 0xff]));

    [Fact]
    public Task WindowUpdate_OfZero_IsAProtocolError() =>
        ExpectGoAwayAsync(Http2ErrorCode.ProtocolError, Preface(), Frame(FrameType.WindowUpdate, 0, 0, [0, 0, 0, 0]));

    [Fact]
    public Task Continuation_Flood_IsSentAway() =>
        ExpectGoAwayAsync(Http2ErrorCode.EnhanceYourCalm, [Preface(), Frame(FrameType.Headers, 0, 1, _request), .. Enumerable.Repeat(Frame(FrameType.Continuation, 0, 1, []), 11_000)]);

    [Fact]
    public Task Continuation_WithoutEnd_IsSentAway() =>
        ExpectGoAwayAsync(Http2ErrorCode.EnhanceYourCalm, [Preface(), Frame(FrameType.Headers, 0, 1, _request), .. Enumerable.Repeat(Frame(FrameType.Continuation, 0, 1, new byte[60_000]), 20)]);

    [Fact]
    public Task Ping_Flood_IsSentAway() =>
        ExpectGoAwayAsync(Http2ErrorCode.EnhanceYourCalm, [Preface(), .. Enumerable.Repeat(Frame(FrameType.Ping, 0, 0, new byte[8]), 11_000)]);

    [Fact]
    public Task RapidReset_IsSentAway() =>
        ExpectGoAwayAsync(
            Http2ErrorCode.EnhanceYourCalm,
            [Preface(), .. Enumerable.Range(0, 1100).SelectMany(i => new[] { Frame(FrameType.Headers, 4, (2 * i) + 1, _request), Frame(FrameType.ResetStream, 0, (2 * i) + 1, [0, 0, 0, 8]) })]);

    [Fact]
    public Task Data_BeyondTheWindow_IsAFlowControlError() =>
        ExpectGoAwayAsync(Http2ErrorCode.FlowControlError, [Preface(), Frame(FrameType.Headers, 4, 1, _request), .. Enumerable.Repeat(Frame(FrameType.Data, 0, 1, new byte[60_000]), 80)]);

    [Fact]
    public async Task Headers_OverTheListLimit_ResetTheirStreamOnly()
    {
        // A field of 4000 bytes is remembered, then named 300 times.
        var block = new List<byte>(_request) { 0x40, 1, (byte)'n', 0x7f, 0xa1, 0x1e };
        block.AddRange(new byte[4000]);
        block.AddRange(Enumerable.Repeat((byte)0xbe, 300));
        var sending = SendAsync(Preface(), Frame(FrameType.Headers, 5, 1, [.. block]), Frame(FrameType.Ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]));

        var reset = await ExpectAsync(FrameType.ResetStream);
        await ExpectAsync(FrameType.Ping);

        Assert.Equal(1, reset.Header.StreamId);
        await sending;
        Assert.Empty(_streams);
    }

    private static byte[] Preface() => [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(FrameType.Settings, 0, 0, [])];

    private static byte[] Header(int length, FrameType type, byte flags, int streamId)
    {
        var bytes = new byte[9];
        new FrameHeader(length, type, (FrameFlags)flags, streamId).Write(bytes);
        return bytes;
    }

    private static byte[] Frame(FrameType type, byte flags, int streamId, byte[] payload) => [.. Header(payload.Length, type, flags, streamId), .. payload];

    private async Task SendAsync(params byte[][] parts)
    {
        try
        {
            foreach (var part in parts)
            {
                await _pair.Left.WriteAsync(part);
            }
        }
        catch (InvalidOperationException)
        {
            // The server has ended already.
        }
    }

    private async Task ExpectGoAwayAsync(Http2ErrorCode code, params byte[][] parts)
    {
        var sending = SendAsync(parts);
        (FrameHeader Header, byte[] Payload) goAway;
        do
        {
            goAway = await ExpectAsync(FrameType.GoAway);
        }
        while (BinaryPrimitives.ReadInt32BigEndian(goAway.Payload.AsSpan(4)) == 0);

        Assert.Equal(code, (Http2ErrorCode)BinaryPrimitives.ReadInt32BigEndian(goAway.Payload.AsSpan(4)));
        await _server.Completion.WaitAsync(TimeSpan.FromSeconds(10));
        await sending.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private async Task<(FrameHeader Header, byte[] Payload)> ExpectAsync(FrameType type)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            var bytes = new byte[9];
            await _pair.Left.ReadExactlyAsync(bytes, timeout.Token);
            var header = FrameHeader.Read(bytes);
            var payload = new byte[header.Length];
            await _pair.Left.ReadExactlyAsync(payload, timeout.Token);
            if (header.Type == type)
            {
                return (header, payload);
            }
        }
    }
}
