namespace Cofferdam.Testing;

/// <summary>An input broke a rule.</summary>
public sealed class FuzzException(string message, Exception? innerException = null) : Exception(message, innerException);
