using Cofferdam.Protocol.Llb;

namespace Cofferdam.Engine;

/// <summary>A result of a frontend, solved when it is first needed.</summary>
/// <param name="Id">What it is known by within its build; empty is a result without files.</param>
/// <param name="Definition">The graph it is of; null where it is not known.</param>
public sealed record GatewayReference(string Id, Definition? Definition);
