namespace Cofferdam.Protocol.Http2;

/// <summary>One header line. A name may come many times; lines are never joined.</summary>
internal readonly record struct HeaderField(string Name, string Value)
{
    /// <summary>The size that limits count (RFC 9113 section 6.5.2); text counts one byte a character.</summary>
    public int Size => Name.Length + Value.Length + 32;
}
