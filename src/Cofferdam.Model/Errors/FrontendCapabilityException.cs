namespace Cofferdam.Model;

/// <summary>A frontend cannot do what the client requires of it.</summary>
/// <param name="name">The capability, for example <c>moby.buildkit.frontend.contexts</c>.</param>
public sealed class FrontendCapabilityException(string name) : CofferdamException(ErrorCode.Unsupported, $"unsupported frontend capability {name}")
{
    /// <summary>The capability.</summary>
    public string Name { get; } = name;
}
