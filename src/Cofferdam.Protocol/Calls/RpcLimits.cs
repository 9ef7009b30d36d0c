namespace Cofferdam.Protocol.Calls;

/// <summary>Sizes of messages.</summary>
internal static class RpcLimits
{
    /// <summary>Bytes of a message that is taken (BuildKit util/grpcutil).</summary>
    public const int MessageBytes = Model.Limits.MessageBytes;

    /// <summary>The flag and the length before each message.</summary>
    public const int PrefixBytes = 5;
}
