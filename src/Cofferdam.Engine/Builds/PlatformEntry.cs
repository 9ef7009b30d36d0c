using System.Text.Json.Serialization;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>One platform of a result.</summary>
/// <param name="Id">By which the result's maps know it.</param>
/// <param name="Platform">The platform.</param>
internal sealed record PlatformEntry([property: JsonPropertyName("ID")] string Id, [property: JsonPropertyName("Platform")] Platform Platform);
