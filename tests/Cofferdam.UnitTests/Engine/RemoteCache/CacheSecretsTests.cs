using Cofferdam.Engine;
using Xunit;

namespace Cofferdam.UnitTests.Engine.RemoteCache;

public sealed class CacheSecretsTests
{
    [Fact]
    public void Imports_AreKeptWithoutCredentials() => Assert.Equal(
        """[{"Type":"s3","Attrs":{"bucket":"b","secret_access_key":"***"}},{"Type":"gha","Attrs":{"token":"***"}}]""",
        CacheSecrets.Hide("cache-imports", """[{"Type":"s3","Attrs":{"bucket":"b","secret_access_key":"k"}},{"Type":"gha","Attrs":{"token":"t"}}]"""));

    [Fact]
    public void Imports_ThatAreNotUnderstood_AreNotKept() => Assert.Equal("***", CacheSecrets.Hide("cache-imports", "secret"));

    [Fact]
    public void OtherOptions_StayAsTheyAre() => Assert.Equal("t", CacheSecrets.Hide("target", "t"));
}
