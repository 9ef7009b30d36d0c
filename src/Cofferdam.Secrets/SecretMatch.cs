namespace Cofferdam.Secrets;

/// <summary>A place in a stream that holds a secret: of which secret which form in which encoding, and which bytes.</summary>
public readonly record struct SecretMatch(string SecretId, string Form, string Encoding, long Offset, int Length);
