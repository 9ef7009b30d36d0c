namespace Cofferdam.Dockerfile;

/// <summary>What a build check has to say about a Dockerfile.</summary>
/// <param name="Rule">The rule's name, for example <c>StageNameCasing</c>.</param>
/// <param name="Message">What is wrong, in a line.</param>
/// <param name="Description">What the rule is about.</param>
/// <param name="Url">Where the rule is explained.</param>
/// <param name="Location">The lines.</param>
public sealed record FrontendWarning(string Rule, string Message, string Description, string Url, SourceLocation Location);
