namespace Cofferdam.Secrets;

/// <summary>Native memory that holds secrets.</summary>
public interface ISecretMemory
{
    /// <summary>Memory of at least that many bytes.</summary>
    nint Allocate(int length);

    /// <summary>Wipes and frees memory.</summary>
    void Free(nint memory, int length);
}
