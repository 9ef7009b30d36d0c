using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>The tests that share one daemon.</summary>
[CollectionDefinition(Name)]
public sealed class DaemonGroup : ICollectionFixture<DaemonFixture>
{
    public const string Name = "daemon";
}
