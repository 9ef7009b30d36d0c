using Cofferdam.Engine;
using Cofferdam.Linux;
using Cofferdam.Model;
using Grpc.Core;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Builds;

public sealed class FailureTextTests
{
    private readonly FailureText _text = new("/state");

    public static TheoryData<Exception> FullDisk =>
    [
        new LinuxException(Errno.ENOSPC, "write", "/state/x"),
        new IOException("write failed", 28),
        new IOException("write failed", unchecked((int)0x80070070)),
        new Microsoft.Data.Sqlite.SqliteException("database or disk is full", 13),
    ];

    [Theory]
    [MemberData(nameof(FullDisk))]
    public void FullDisk_InWhateverForm_IsToldAlike(Exception error)
    {
        var told = _text.Describe(error);

        Assert.Equal(ErrorCode.DiskFull, told.Code);
        Assert.StartsWith("the disk of state directory \"/state\" is full: ", told.Message, StringComparison.Ordinal);
        Assert.Equal("free space on it, for example with `coffer prune`", told.Hint);
    }

    [Fact]
    public void ErrorForUsers_StaysAsItIs()
    {
        var error = new NotFoundException("no such thing") { Hint = "look elsewhere" };

        Assert.Same(error, _text.Describe(error));
    }

    [Fact]
    public void ErrorOfClient_IsWhatTheClientSaid() =>
        Assert.Equal("write output a: no", _text.Describe(new RpcException(new Status(StatusCode.Internal, "write output a: no"))).Message);

    [Fact]
    public void Defect_SaysThatItIsOne()
    {
        var told = _text.Describe(new InvalidOperationException("a pointer to nowhere"));

        Assert.Equal("unexpected InvalidOperationException: a pointer to nowhere", told.Message);
        Assert.Contains("report it", told.Hint, StringComparison.Ordinal);
    }
}
