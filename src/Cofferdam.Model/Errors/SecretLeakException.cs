namespace Cofferdam.Model;

/// <summary>A secret's value was found in what a step or a build leaves. The message says of which secret and where, and nothing of the value.</summary>
public sealed class SecretLeakException(string message) : CofferdamException(ErrorCode.SecretLeak, message);
