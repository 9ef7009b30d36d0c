namespace Cofferdam.Secrets;

/// <summary>What a search of one stream found, and what it did not look at.</summary>
/// <param name="Findings">The places, in the order of the stream, those inside an archive before those of the archive itself.</param>
/// <param name="Gaps">Archives that were not looked inside, wholly or from some point on. Their bytes as they are were searched.</param>
/// <param name="Bytes">The length of the stream.</param>
/// <param name="InflatedBytes">Bytes that decoders gave and that were searched as well.</param>
/// <param name="HasMore">Whether there are findings beyond those listed.</param>
public sealed record SearchReport(IReadOnlyList<SecretFinding> Findings, IReadOnlyList<NestedGap> Gaps, long Bytes, long InflatedBytes, bool HasMore);
