using Cofferdam.Cli.Session;

namespace Cofferdam.Cli.SecretSources;

/// <summary>A secret of a build.</summary>
/// <param name="Secret">The secret and its source.</param>
/// <param name="Cache">What steps that have it are cached by besides what they do: <c>value</c> or <c>key:TEXT</c>; null is nothing.</param>
internal sealed record GivenSecret(SessionSecret Secret, string? Cache);
