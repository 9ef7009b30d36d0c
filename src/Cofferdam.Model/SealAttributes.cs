namespace Cofferdam.Model;

/// <summary>Attributes of a solve by which a client says what happens when a secret would leave its build. No frontend looks at them.</summary>
public static class SealAttributes
{
    /// <summary><c>enforce</c>, <c>warn</c> or <c>off</c>.</summary>
    public const string Mode = "cofferdam.seal";

    /// <summary>The build argument that asks for <c>enforce</c>, for clients that send no attributes of ours.</summary>
    public const string Argument = "COFFERDAM_SEAL";

    /// <summary>Exceptions, one a line: <c>id=ID[,path=GLOB]</c>.</summary>
    public const string Allowances = "cofferdam.seal-allow";
}
