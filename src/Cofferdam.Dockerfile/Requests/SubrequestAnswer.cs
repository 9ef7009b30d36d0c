namespace Cofferdam.Dockerfile;

/// <summary>The answer to a subrequest.</summary>
/// <param name="Json">For programs.</param>
/// <param name="Text">For people.</param>
/// <param name="StatusCode">What the client's exit code becomes, where the answer has one.</param>
internal sealed record SubrequestAnswer(byte[] Json, string Text, int? StatusCode = null);
