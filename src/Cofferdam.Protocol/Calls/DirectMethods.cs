using Cofferdam.Protocol.Control;
using Cofferdam.Protocol.Daemon;
using Cofferdam.Protocol.FileTransfer;
using Cofferdam.Protocol.Gateway;
using Grpc.Core;
using BuildRequest = Cofferdam.Protocol.Control.SolveRequest;
using BuildResponse = Cofferdam.Protocol.Control.SolveResponse;
using FrontendRequest = Cofferdam.Protocol.Gateway.SolveRequest;
using FrontendResponse = Cofferdam.Protocol.Gateway.SolveResponse;

namespace Cofferdam.Protocol.Calls;

/// <summary>The methods that every build and every command calls, for <see cref="DirectCalls"/>.</summary>
public static class DirectMethods
{
    private const string Control = "moby.buildkit.v1.Control";
    private const string Bridge = "moby.buildkit.v1.frontend.LLBBridge";

    /// <summary>Asks a daemon what it is.</summary>
    public static Method<DescribeRequest, DescribeResponse> Describe { get; } =
        DirectCalls.Describe(MethodType.Unary, "cofferdam.v1.Daemon", "Describe", DescribeRequest.Parser, DescribeResponse.Parser);

    /// <summary>Builds.</summary>
    public static Method<BuildRequest, BuildResponse> Solve { get; } = DirectCalls.Describe(MethodType.Unary, Control, "Solve", BuildRequest.Parser, BuildResponse.Parser);

    /// <summary>Tells how a build goes.</summary>
    public static Method<StatusRequest, StatusResponse> Status { get; } = DirectCalls.Describe(MethodType.ServerStreaming, Control, "Status", StatusRequest.Parser, StatusResponse.Parser);

    /// <summary>Carries a session.</summary>
    public static Method<Protocol.Control.BytesMessage, Protocol.Control.BytesMessage> Session { get; } =
        DirectCalls.Describe(MethodType.DuplexStreaming, Control, "Session", Protocol.Control.BytesMessage.Parser, Protocol.Control.BytesMessage.Parser);

    /// <summary>Waits for a build to be there.</summary>
    public static Method<PingRequest, PongResponse> Ping { get; } = DirectCalls.Describe(MethodType.Unary, Bridge, "Ping", PingRequest.Parser, PongResponse.Parser);

    /// <summary>Asks a frontend.</summary>
    public static Method<FrontendRequest, FrontendResponse> SolveFrontend { get; } = DirectCalls.Describe(MethodType.Unary, Bridge, "Solve", FrontendRequest.Parser, FrontendResponse.Parser);

    /// <summary>Gives a build its result.</summary>
    public static Method<ReturnRequest, ReturnResponse> Return { get; } = DirectCalls.Describe(MethodType.Unary, Bridge, "Return", ReturnRequest.Parser, ReturnResponse.Parser);

    /// <summary>Sends a directory.</summary>
    public static Method<Packet, Packet> DiffCopy { get; } = DirectCalls.Describe(MethodType.DuplexStreaming, "moby.filesync.v1.FileSync", "DiffCopy", Packet.Parser, Packet.Parser);
}
