namespace Cofferdam.Model;

/// <summary>A frontend does not answer a request that is no build.</summary>
/// <param name="name">The request, for example <c>frontend.outline</c>.</param>
public sealed class SubrequestException(string name) : CofferdamException(ErrorCode.Unsupported, $"unsupported request {name}")
{
    /// <summary>The request.</summary>
    public string Name { get; } = name;
}
