using Cofferdam.Model;

namespace Cofferdam.Storage;

/// <summary>An image that has a name here.</summary>
/// <param name="Name">Its full name, tag included.</param>
/// <param name="Target">Its manifest or index.</param>
/// <param name="Updated">When the name was given last.</param>
public sealed record ImageRecord(string Name, Descriptor Target, DateTimeOffset Updated);
