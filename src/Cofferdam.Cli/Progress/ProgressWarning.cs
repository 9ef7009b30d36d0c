namespace Cofferdam.Cli.Progress;

/// <summary>A warning of a build.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Detail">More of it.</param>
/// <param name="Url">Where it is explained.</param>
/// <param name="FileName">The file concerned.</param>
/// <param name="Line">The line concerned; zero is none.</param>
internal sealed record ProgressWarning(string Text, IReadOnlyList<string> Detail, string Url, string FileName, int Line);
