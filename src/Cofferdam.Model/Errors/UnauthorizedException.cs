namespace Cofferdam.Model;

/// <summary>The registry wants other credentials, or refuses these.</summary>
public sealed class UnauthorizedException(string message, Exception? innerException = null)
    : CofferdamException(ErrorCode.Unauthorized, message, innerException);
