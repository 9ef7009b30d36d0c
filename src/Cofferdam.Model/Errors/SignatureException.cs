namespace Cofferdam.Model;

/// <summary>Content is not signed by whom it was said to be.</summary>
/// <param name="reason">What is wrong with its signature.</param>
/// <param name="innerException">What led to it.</param>
public sealed class SignatureException(string reason, Exception? innerException = null) : CofferdamException(ErrorCode.SignatureInvalid, reason, innerException);
