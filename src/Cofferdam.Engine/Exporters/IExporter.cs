namespace Cofferdam.Engine;

/// <summary>Makes something lasting of a build's result.</summary>
internal interface IExporter
{
    /// <summary>What users see while it works, for example <c>exporting to image</c>.</summary>
    string Title { get; }

    /// <summary>Does it and returns what the client is told (BuildKit's ExporterResponse). Nothing half-done remains when it throws.</summary>
    Task<IReadOnlyDictionary<string, string>> ExportAsync(ExportRequest request, CancellationToken cancellationToken);
}
