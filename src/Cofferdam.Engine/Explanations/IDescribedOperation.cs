namespace Cofferdam.Engine;

/// <summary>An operation that can tell what it consists of, so that two of a step can be compared.</summary>
internal interface IDescribedOperation
{
    /// <summary>Its parts by name, for example <c>variable PATH</c>. Values may be secret: they are compared and never shown or stored.</summary>
    IEnumerable<KeyValuePair<string, string>> Parts { get; }

    /// <summary>The ids of the secrets that it is given.</summary>
    IEnumerable<string> Secrets { get; }
}
