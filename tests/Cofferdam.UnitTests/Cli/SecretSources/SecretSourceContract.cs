using System.Text;
using Cofferdam.Cli.SecretSources;
using Cofferdam.Cli.Session;
using Cofferdam.Model;
using Xunit;

namespace Cofferdam.UnitTests.Cli.SecretSources;

/// <summary>What every source of secrets does.</summary>
public abstract class SecretSourceContract : IDisposable
{
    /// <summary>A value that JSON, XML and shells write otherwise.</summary>
    protected const string Value = "correct \"horse\" <é> \\ $HOME 'staple'";

    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("coffer-source-");

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A directory of the test.</summary>
    protected string Directory => _directory.FullName;

    /// <summary>The variables that the source sees.</summary>
    protected Dictionary<string, string> Variables { get; } = [];

    /// <summary>The surroundings of the source; it is given little time.</summary>
    private protected SecretSurroundings Surroundings => new()
    {
        Variable = Variables.GetValueOrDefault,
        WorkingDirectory = Directory,
        RequestTimeout = TimeSpan.FromSeconds(Slow ? 0.2 : 20),
        CommandTimeout = TimeSpan.FromSeconds(Slow ? 0.2 : 20),
        RetryDelay = TimeSpan.Zero,
    };

    /// <summary>Whether time-outs are short.</summary>
    protected bool Slow { get; set; }

    /// <summary>The source.</summary>
    private protected abstract ISecretSource Create();

    /// <summary>Gives the source a value.</summary>
    protected abstract void Give(string value);

    /// <summary>Takes the value away.</summary>
    protected abstract void Remove();

    /// <summary>Makes the source fail, with the value in what it says; false where it can't.</summary>
    protected virtual bool Fail() => false;

    [Fact]
    public async Task Value_IsRead()
    {
        Give(Value);

        Assert.Equal(Value, await ReadAsync());
    }

    [Fact]
    public async Task Value_ThatChanges_IsReadAnew()
    {
        Give("the first one");
        var source = Create();
        await ReadAsync(source);
        Give(Value);

        Assert.Equal(Value, await ReadAsync(source));
    }

    [Fact]
    public async Task Value_ThatIsMissing_IsAnErrorThatSaysWhatToDo()
    {
        Remove();

        var error = await FailAsync();

        Assert.StartsWith($"read secret \"npm\" from {Create().Name}: ", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Hint);
    }

    [Fact]
    public async Task Value_AsLargeAsMayBe_IsRead()
    {
        var value = new string('x', Limits.SecretBytes);
        Give(value);

        Assert.Equal(value, await ReadAsync());
    }

    [Fact]
    public async Task Value_OverTheLimit_IsRefused()
    {
        Give(new string('x', Limits.SecretBytes + 1));

        Assert.EndsWith($"it is larger than the {Limits.SecretBytes} bytes that are allowed", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failure_ThatHoldsTheValue_DoesNotShowIt()
    {
        Give(Value);
        Assert.SkipUnless(Fail(), "it says nothing of its own");

        for (var error = (Exception?)await FailAsync(); error is not null; error = error.InnerException)
        {
            Assert.DoesNotContain("horse", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Source_ThatIsPrinted_ShowsNoValue()
    {
        Give(Value);

        Assert.DoesNotContain("horse", $"{Create()} {new SessionSecret("npm", Create())}", StringComparison.Ordinal);
    }

    public virtual void Dispose()
    {
        _directory.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected Task<string> ReadAsync(ISecretSource? source = null) => ReadTextAsync(new SessionSecret("npm", source ?? Create()));

    private protected async Task<CofferdamException> FailAsync() => await Assert.ThrowsAnyAsync<CofferdamException>(() => ReadAsync());

    private static async Task<string> ReadTextAsync(SessionSecret secret)
    {
        using var value = await secret.ReadAsync(Token);
        return value.Use(0, static (bytes, _) => Encoding.UTF8.GetString(bytes.Span));
    }
}
