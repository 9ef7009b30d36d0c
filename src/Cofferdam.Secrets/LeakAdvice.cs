namespace Cofferdam.Secrets;

/// <summary>How a secret usually gets into a file of some name, and what to do instead.</summary>
public sealed record LeakAdvice(string Cause, string Cure);
