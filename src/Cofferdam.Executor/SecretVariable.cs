using Cofferdam.Secrets;

namespace Cofferdam.Executor;

/// <summary>An environment variable whose value is a secret.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Value">The value, owned by the caller; null gives an empty value.</param>
public sealed record SecretVariable(string Name, SecretValue? Value);
