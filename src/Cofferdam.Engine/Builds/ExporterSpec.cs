using System.Collections.Immutable;

namespace Cofferdam.Engine;

/// <summary>An exporter a client asks for.</summary>
/// <param name="Type"><c>image</c>, <c>oci</c>, <c>docker</c>, <c>local</c>, <c>tar</c> …</param>
/// <param name="Attributes">Its attributes.</param>
public sealed record ExporterSpec(string Type, ImmutableDictionary<string, string> Attributes);
