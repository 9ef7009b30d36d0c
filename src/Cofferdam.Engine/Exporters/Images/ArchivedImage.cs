using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>An image in an archive.</summary>
/// <param name="Root">Its manifest or index.</param>
/// <param name="Names">Its names, whole; may be empty.</param>
/// <param name="Manifest">The manifest that is described to programs that know no indexes; null describes none for an index.</param>
internal sealed record ArchivedImage(Descriptor Root, ImmutableArray<string> Names, Descriptor? Manifest = null);
