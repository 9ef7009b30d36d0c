using System.Text;
using System.Text.Json.Nodes;
using Cofferdam.Model;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using RpcStatus = Cofferdam.Protocol.Rpc.Status;

namespace Cofferdam.Daemon;

/// <summary>Makes gRPC errors of the engine's: message, code, and what Go clients find in the details (JSON under Go's type names, BuildKit util/grpcerrors).</summary>
public static class ServiceErrors
{
    private const string DetailsTrailer = "grpc-status-details-bin";
    private const string SourceType = "github.com/moby/buildkit/errdefs.Source+json";
    private const string VertexType = "github.com/moby/buildkit/errdefs.Vertex+json";
    private const string ExitType = "github.com/moby/buildkit/gatewayapi.ExitMessage+json";
    private const string CapabilityType = "github.com/moby/buildkit/errdefs.FrontendCap+json";
    private const string SubrequestType = "github.com/moby/buildkit/errdefs.Subrequest+json";
    private const string HintType = "github.com/cofferdam/hint+json";

    /// <summary>The error as a caller gets it.</summary>
    public static RpcException ToRpc(Exception error)
    {
        if (error is RpcException known)
        {
            return known;
        }

        return Rpc(ToStatus(error));
    }

    /// <summary>The error of a build. BuildKit's have no code besides cancellation, and clients show a code that they get.</summary>
    public static RpcException ToBuildRpc(Exception error)
    {
        var known = ToRpc(error);
        if (known.StatusCode is StatusCode.Cancelled or StatusCode.Unknown || error is (not CofferdamException) or FrontendCapabilityException)
        {
            return known;
        }

        var status = ToStatus(error);
        status.Code = (int)StatusCode.Unknown;
        return Rpc(status);
    }

    /// <summary>The error with its details.</summary>
    public static RpcStatus ToStatus(Exception error)
    {
        if (error is RpcException rpc)
        {
            return rpc.Trailers.GetValueBytes(DetailsTrailer) is { } bytes
                ? RpcStatus.Parser.ParseFrom(bytes)
                : new RpcStatus { Code = (int)rpc.StatusCode, Message = rpc.Status.Detail };
        }

        var status = new RpcStatus
        {
            Code = (int)CodeOf(error),
            Message = error switch { OperationCanceledException => "context canceled", CofferdamException own => Message(own), _ => error.Message },
        };
        if (error is not CofferdamException known)
        {
            return status;
        }

        if (known.Location is { } location)
        {
            status.Details.Add(Detail(SourceType, new JsonObject
            {
                ["info"] = new JsonObject { ["filename"] = location.FileName, ["data"] = Convert.ToBase64String(location.Text.Span), ["language"] = "Dockerfile" },
                ["ranges"] = new JsonArray([.. location.Ranges.Select(range => (JsonNode)new JsonObject { ["start"] = Line(range.Start), ["end"] = Line(range.End) })]),
            }));
        }

        if (known is FrontendCapabilityException capability)
        {
            status.Details.Add(Detail(CapabilityType, new JsonObject { ["name"] = capability.Name }));
        }

        if (known is SubrequestException subrequest)
        {
            status.Details.Add(Detail(SubrequestType, new JsonObject { ["name"] = subrequest.Name }));
        }

        if (known.Hint is { } hint)
        {
            status.Details.Add(Detail(HintType, new JsonObject { ["hint"] = hint, ["code"] = (int)known.Code }));
        }

        if (known is StepFailedException step)
        {
            status.Details.Add(Detail(VertexType, new JsonObject { ["digest"] = step.Vertex.ToString() }));
        }

        if (((known as StepFailedException)?.Cause ?? known) is ExecFailedException exec)
        {
            status.Details.Add(Detail(ExitType, new JsonObject { ["Code"] = exec.ExitCode }));
        }

        return status;
    }

    private static RpcException Rpc(RpcStatus status) =>
        new(new Status((StatusCode)status.Code, status.Message), new Metadata { { DetailsTrailer, status.ToByteArray() } });

    // BuildKit's clients know no hints: what was probably meant is a part of its messages.
    private static string Message(CofferdamException error) =>
        error.Hint is { } hint && hint.StartsWith("did you mean ", StringComparison.Ordinal) ? $"{error.Message} ({hint})" : error.Message;

    private static StatusCode CodeOf(Exception error) => error switch
    {
        OperationCanceledException => StatusCode.Cancelled,
        CofferdamException { Code: ErrorCode.NotFound } => StatusCode.NotFound,
        CofferdamException { Code: ErrorCode.Conflict } => StatusCode.AlreadyExists,
        CofferdamException { Code: ErrorCode.Unsupported } => StatusCode.Unimplemented,
        CofferdamException { Code: ErrorCode.InvalidInput } => StatusCode.InvalidArgument,
        CofferdamException { Code: ErrorCode.Unauthorized } => StatusCode.Unauthenticated,
        _ => StatusCode.Unknown,
    };

    private static JsonObject Line(int number) => new() { ["line"] = number };

    private static Any Detail(string type, JsonObject content) => new() { TypeUrl = type, Value = ByteString.CopyFrom(Encoding.UTF8.GetBytes(content.ToJsonString())) };
}
