using Cofferdam.Storage;
using Cofferdam.Testing;

namespace Cofferdam.UnitTests.Storage;

public sealed class MemoryContentStoreTests : ContentStoreContract
{
    protected override ValueTask<IContentStore> CreateAsync() => ValueTask.FromResult<IContentStore>(new MemoryContentStore());
}
