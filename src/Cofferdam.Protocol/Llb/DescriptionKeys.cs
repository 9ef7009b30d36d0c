namespace Cofferdam.Protocol.Llb;

/// <summary>Keys of an operation's description.</summary>
public static class DescriptionKeys
{
    /// <summary>What users see of the operation.</summary>
    public const string CustomName = "llb.customname";

    /// <summary>The instruction the operation comes from.</summary>
    public const string DockerfileCommand = "com.docker.dockerfile.v1.command";
}
