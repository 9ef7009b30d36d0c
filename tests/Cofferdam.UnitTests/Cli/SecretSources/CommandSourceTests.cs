using Cofferdam.Cli.Build;
using Cofferdam.Cli.SecretSources;
using Xunit;

namespace Cofferdam.UnitTests.Cli.SecretSources;

/// <summary>With real programs.</summary>
public sealed class CommandSourceTests : SecretSourceContract
{
    private string _command = "cat value";

    public CommandSourceTests() => Variables["PATH"] = "/usr/bin:/bin";

    [Theory]
    [InlineData("printf 'one\\n'", "one")]
    [InlineData("printf 'one\\r\\n'", "one")]
    [InlineData("printf 'one\\ntwo\\n'", "one\ntwo\n")]
    [InlineData("printf '\\n'", "")]
    [InlineData("echo a  'b  c' \"d 'e' \\\"f\" g\\ h", "a b  c d 'e' \"f g h")]
    [InlineData("echo $HOME * | cat", "$HOME * | cat")]
    [InlineData("sh -c 'echo b; echo a' ", "b\na\n")]
    public async Task Words_AreThoseOfAShell_AndNothingIsExpanded(string command, string expected)
    {
        _command = command;

        Assert.Equal(expected, await ReadAsync());
    }

    [Fact]
    public async Task Command_ThatFails_SaysWhatItComplainedOf()
    {
        _command = "sh -c 'echo first; echo \"no such entry:\tnpm\" >&2; exit 3'";

        var error = await FailAsync();

        Assert.EndsWith("the command ended with exit code 3: no such entry: npm", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("first", error.Message[error.Message.LastIndexOf("exit code", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_ThatTakesTooLong_IsStopped()
    {
        Slow = true;
        _command = "sh -c 'sleep 100; echo never'";

        Assert.Contains("did not end within 0.2 seconds", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_OfTheWorkingDirectory_IsNotRun()
    {
        File.Copy("/bin/echo", Path.Combine(Directory, "pass-or-so"));
        _command = "pass-or-so x";

        Assert.EndsWith("there is no program \"pass-or-so\"", (await FailAsync()).Message, StringComparison.Ordinal);
        _command = "./pass-or-so x";
        Assert.Equal("x", await ReadAsync());
    }

    [Theory]
    [InlineData("op:op://vault/item/field", "op", "read --no-newline op://vault/item/field")]
    [InlineData("systemd-creds:npm.cred", "systemd-creds", "decrypt --newline=no DIR/npm.cred -")]
    public async Task Program_OfAProvider_IsAskedAsItsManualSays(string from, string program, string arguments)
    {
        Variables["PATH"] = Directory;
        var script = Path.Combine(Directory, program);
        File.WriteAllText(script, $"#!/bin/sh\n[ \"$*\" = '{arguments.Replace("DIR", Directory, StringComparison.Ordinal)}' ] && printf 'value\\n'\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.Equal("value\n", await ReadAsync(SecretProviders.Open([SecretFlag.Parse("id=npm,from=" + from, _ => null)], Surroundings)[0].Secret.Source));
    }

    private protected override ISecretSource Create() => SecretProviders.Open([SecretFlag.Parse($"id=npm,\"from=exec:{_command.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", _ => null)], Surroundings)[0].Secret.Source;

    protected override void Give(string value) => File.WriteAllText(Path.Combine(Directory, "value"), value);

    protected override void Remove() => File.Delete(Path.Combine(Directory, "value"));

    protected override bool Fail()
    {
        _command = "sh -c 'cat value; cat value >&2; exit 1'";
        return true;
    }
}
