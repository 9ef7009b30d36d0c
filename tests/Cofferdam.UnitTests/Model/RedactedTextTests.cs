using Cofferdam.Model;
using Xunit;

namespace Cofferdam.UnitTests.Model;

public sealed class RedactedTextTests
{
    [Theory]
    [InlineData("https://joe:secret@host/a.git", "https://xxxxx:xxxxx@host/a.git")]
    [InlineData("fetch 'https://:secret@host/a' and https://x:y@z", "fetch 'https://xxxxx:xxxxx@host/a' and https://xxxxx:xxxxx@z")]
    [InlineData("git@github.com:a/b", "git@github.com:a/b")]
    [InlineData("docker.io/a@sha256:00", "docker.io/a@sha256:00")]
    [InlineData("https://host/a:b@c", "https://host/a:b@c")]
    public void Credentials_OfAddresses_AreNotShown(string text, string shown) => Assert.Equal(shown, RedactedText.Of(text));
}
