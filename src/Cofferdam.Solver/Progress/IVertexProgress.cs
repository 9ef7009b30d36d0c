namespace Cofferdam.Solver;

/// <summary>Where a running operation tells what it does. Calls never block and never throw.</summary>
public interface IVertexProgress
{
    /// <summary>A piece of a log; <paramref name="stream"/> is 1 for standard output, 2 for standard error. The bytes are copied.</summary>
    void Log(int stream, ReadOnlySpan<byte> data);

    /// <summary>What a part of the work has come to, for example a layer's download. The same <paramref name="id"/> again updates it.</summary>
    /// <param name="id">The identity of the part within the vertex.</param>
    /// <param name="name">What is done, for example <c>downloading</c>.</param>
    /// <param name="current">How far it is, in bytes or items.</param>
    /// <param name="total">How far it will go; 0 when not known.</param>
    /// <param name="isCompleted">Whether it is done; told once.</param>
    void Status(string id, string name, long current, long total, bool isCompleted);

    /// <summary>Something that is no error and that the user should know.</summary>
    void Warn(BuildWarning warning);
}
