namespace Cofferdam.Secrets;

/// <summary>A secret to search: the id it may be named by, and its value, which stays the caller's.</summary>
public readonly record struct SearchedSecret(string Id, SecretValue Value);
