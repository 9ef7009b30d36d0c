namespace Cofferdam.Model;

/// <summary>Something that is not supported yet, or not on this machine.</summary>
public sealed class UnsupportedException(string message, Exception? innerException = null)
    : CofferdamException(ErrorCode.Unsupported, message, innerException);
