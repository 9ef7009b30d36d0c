using System.Collections.Immutable;
using Cofferdam.Model;
using Google.Protobuf;

namespace Cofferdam.Protocol.Llb;

/// <summary>An operation of a definition that was read.</summary>
/// <param name="Digest">The digest of the bytes as they came.</param>
/// <param name="Op">What the bytes say.</param>
/// <param name="Bytes">The bytes as they came: what they say when written again may differ.</param>
/// <param name="Inputs">Digests and output indexes of what it needs, in its order.</param>
/// <param name="Metadata">What is said of it, if anything.</param>
public sealed record DefinitionOperation(Digest Digest, Op Op, ByteString Bytes, ImmutableArray<(Digest Digest, long Index)> Inputs, OpMetadata? Metadata);
