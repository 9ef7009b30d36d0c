namespace Cofferdam.Model;

/// <summary>Something that must not exist does, or is in use.</summary>
public sealed class ConflictException(string message, Exception? innerException = null)
    : CofferdamException(ErrorCode.Conflict, message, innerException);
