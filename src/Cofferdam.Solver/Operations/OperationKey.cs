using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>What an operation alone contributes to its vertex's cache keys.</summary>
public sealed record OperationKey
{
    /// <summary>Digests of the operation, cheapest first; each alone is enough to find a record. At least one. A record is stored under all of them.</summary>
    /// <remarks>An image source has two: of its manifest, and of its chain of layers, so that equal layers under another name still hit.</remarks>
    public required ImmutableArray<Digest> Digests { get; init; }

    /// <summary>How each input takes part; as many as the vertex has inputs, or empty where all take part by their keys alone.</summary>
    public ImmutableArray<InputKey> Inputs { get; init; } = [];

    /// <summary>Whether a record may outlive the build. False for sources whose content the digest does not name (a client's directory).</summary>
    public bool IsStorable { get; init; } = true;

    /// <summary>Whether a record may go to caches elsewhere. False where the digest holds what must not leave this machine.</summary>
    public bool IsExportable { get; init; } = true;

    /// <summary>Whether any input is read by content.</summary>
    public bool HasContent => Inputs.Any(input => input.ContentKey is not null);

    /// <summary>Whether an input is read by content.</summary>
    public bool ReadsByContent(int input) => !Inputs.IsEmpty && Inputs[input].ContentKey is not null;

    /// <summary>A key of one digest.</summary>
    public static OperationKey Of(Digest digest) => new() { Digests = [digest] };
}
