namespace Cofferdam.Model;

/// <summary>Attributes of a solve by which a client says how its secrets take part in it. No frontend looks at them.</summary>
public static class SecretAttributes
{
    /// <summary>What steps that are given a secret are cached by besides what they do, one secret a line: <c>ID=value</c> or <c>ID=key:TEXT</c>.</summary>
    public const string Cache = "cofferdam.secret-cache";
}
