namespace Cofferdam.Model;

/// <summary>Something that was named does not exist.</summary>
public sealed class NotFoundException(string message, Exception? innerException = null)
    : CofferdamException(ErrorCode.NotFound, message, innerException);
