namespace Cofferdam.Dockerfile;

/// <summary>What a flag takes.</summary>
internal enum FlagKind
{
    /// <summary><c>true</c>, <c>false</c> or nothing, which is true.</summary>
    Boolean,

    /// <summary>One value, once.</summary>
    Text,

    /// <summary>One value, any number of times.</summary>
    List,
}
