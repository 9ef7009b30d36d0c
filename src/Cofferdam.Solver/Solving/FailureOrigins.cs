using System.Runtime.CompilerServices;
using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>Remembers at which vertex an error arose, for as long as somebody has the error. Thread-safe.</summary>
/// <remarks>An error passes through every vertex that waits, and through builds that share a vertex, as the same object: it must not be wrapped on its way.</remarks>
internal sealed class FailureOrigins
{
    private readonly ConditionalWeakTable<Exception, object> _vertices = [];

    /// <summary>The error arose here, unless it is known to have arisen deeper.</summary>
    public void Add(Exception error, Digest vertex) => _vertices.TryAdd(error, vertex);

    /// <summary>Where it arose; null when at no vertex.</summary>
    public Digest? Find(Exception error) => _vertices.TryGetValue(error, out var vertex) ? (Digest)vertex : null;
}
