using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>An annotation of one platform's manifest.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="IsDescriptor">Whether it is for the manifest's descriptor in the index.</param>
/// <param name="Key">Its name.</param>
/// <param name="Value">Its text.</param>
internal sealed record PlatformAnnotation(Platform Platform, bool IsDescriptor, string Key, string Value);
