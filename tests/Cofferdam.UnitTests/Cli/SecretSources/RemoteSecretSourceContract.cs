using Xunit;

namespace Cofferdam.UnitTests.Cli.SecretSources;

/// <summary>What every source does that asks a service. The service is a look-alike in this process, which checks what it is asked.</summary>
public abstract class RemoteSecretSourceContract : SecretSourceContract
{
    protected RemoteSecretSourceContract() => Server = new SecretServer(Answer);

    /// <summary>The value that the service has; null is none.</summary>
    protected string? Held { get; private set; }

    /// <summary>The service.</summary>
    private protected SecretServer Server { get; }

    /// <summary>What an error of the service looks like that holds a text.</summary>
    protected abstract string ErrorBody(string text);

    /// <summary>Answers a request.</summary>
    private protected abstract SecretReply Answer(SecretRequest request);

    protected override void Give(string value) => Held = value;

    protected override void Remove() => Held = null;

    protected override bool Fail()
    {
        Server.Broken = new SecretReply(400, ErrorBody(Value));
        return true;
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(200)]
    public async Task Error_OfAnyStatus_DoesNotShowWhatItSays(int status)
    {
        Give(Value);
        Server.Broken = new SecretReply(status, ErrorBody(Value));

        Assert.DoesNotContain("horse", (await FailAsync()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_ThatIsNoJson_IsAnError()
    {
        Server.Broken = new SecretReply(200, "correct horse");

        Assert.DoesNotContain("horse", (await FailAsync()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_ThatIsSilent_IsGivenUp()
    {
        Give(Value);
        Slow = Server.IsSilent = true;

        Assert.Contains("did not answer within 0.2 seconds", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_ThatBreaksOnce_IsMadeAgain()
    {
        Give(Value);
        Server.Breaks = 1;

        Assert.Equal(Value, await ReadAsync());
    }

    [Fact]
    public async Task Service_ThatIsBusyOnce_IsAskedAgain()
    {
        Give(Value);
        Server.Refusals = 1;

        Assert.Equal(Value, await ReadAsync());
    }

    [Fact]
    public async Task Connection_ThatBreaksTwice_IsAnError()
    {
        Give(Value);
        Server.Breaks = 2;

        await FailAsync();
        Assert.Equal(0, Server.Breaks);
    }

    [Fact]
    public void Source_ThatIsMade_AsksNobody()
    {
        Give(Value);
        Create().Check();

        Assert.Equal(0, Server.Count);
    }

    public override void Dispose()
    {
        Server.Dispose();
        Assert.Empty(Server.Problems);
        base.Dispose();
    }
}
