namespace Cofferdam.Model;

/// <summary>Something is given in a form that is not understood.</summary>
public sealed class InvalidInputException(string message, Exception? innerException = null)
    : CofferdamException(ErrorCode.InvalidInput, message, innerException);
