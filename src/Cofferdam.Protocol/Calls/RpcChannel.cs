using System.Net.Sockets;
using Cofferdam.Model;
using Cofferdam.Protocol.Http2;
using Grpc.Core;

namespace Cofferdam.Protocol.Calls;

/// <summary>A connection to a gRPC server. Does not reconnect: when <see cref="Closed"/> is cancelled it is over.</summary>
public sealed class RpcChannel : IAsyncDisposable
{
    private readonly Http2Connection _connection;

    private RpcChannel(Http2Connection connection, string authority)
    {
        _connection = connection;
        Calls = new RpcCallInvoker(connection, authority);
    }

    /// <summary>Makes calls; what generated clients take. Calls are asynchronous only. Cancelling a call's token gives <see cref="OperationCanceledException"/>.</summary>
    public CallInvoker Calls { get; }

    /// <summary>Cancelled when the connection has ended.</summary>
    public CancellationToken Closed => _connection.Closed;

    /// <summary>Connects to <c>unix:///path</c> or <c>tcp://host:port</c>; throws <see cref="CofferdamException"/> with <see cref="ErrorCode.DaemonUnavailable"/>.</summary>
    public static async Task<RpcChannel> ConnectAsync(string address, CancellationToken cancellationToken)
    {
        var parsed = RpcAddress.Parse(address);
        var socket = parsed.CreateSocket();
        try
        {
            await socket.ConnectAsync(parsed.EndPoint, cancellationToken);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new CofferdamException(ErrorCode.DaemonUnavailable, $"connect to the daemon at {Quote.Text(address)}: {error.Message}", error);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }

        return Over(new NetworkStream(socket, ownsSocket: true));
    }

    /// <summary>Speaks over a stream of bytes that is connected; owns it.</summary>
    /// <param name="transport">The stream; its reads and writes go on at once.</param>
    /// <param name="authority">The name of the server, as it is told it.</param>
    public static RpcChannel Over(Stream transport, string authority = "localhost") => new(Http2Connection.StartClient(transport, Http2Options.Default), authority);

    /// <summary>Ends the connection; calls that are open fail.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
