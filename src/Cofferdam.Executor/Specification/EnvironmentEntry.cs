using System.Text.Json.Serialization;
using Cofferdam.Secrets;

namespace Cofferdam.Executor;

/// <summary>A variable; a secret's value becomes text only inside the buffer that is wiped.</summary>
/// <param name="Text"><c>NAME=value</c>, or <c>NAME=</c> with the value in <paramref name="Secret"/>.</param>
/// <param name="Secret">The value, if it is a secret.</param>
[JsonConverter(typeof(EnvironmentEntryConverter))]
internal sealed record EnvironmentEntry(string Text, SecretValue? Secret);
