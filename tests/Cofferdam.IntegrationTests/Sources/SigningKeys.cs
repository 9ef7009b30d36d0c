using Cofferdam.IntegrationTests.EndToEnd;
using Xunit;

namespace Cofferdam.IntegrationTests.Sources;

/// <summary>Keys of gpg and ssh-keygen in a directory of their own, and what they sign.</summary>
internal sealed class SigningKeys : IAsyncDisposable
{
    private readonly string _directory;
    private readonly Dictionary<string, string> _settings;

    public SigningKeys(string directory)
    {
        _directory = Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        _settings = new Dictionary<string, string> { ["GNUPGHOME"] = _directory, ["LC_ALL"] = "C" };
    }

    /// <summary>What git needs to sign with them.</summary>
    public IReadOnlyDictionary<string, string> Settings => _settings;

    public ValueTask DisposeAsync() => new(RunAsync("gpgconf", "--kill", "all"));

    /// <summary>Makes a key of OpenPGP.</summary>
    /// <param name="name">Its identity.</param>
    /// <param name="algorithm">As gpg has it, for example <c>rsa2048</c>.</param>
    /// <param name="usage">What it is for.</param>
    /// <param name="expires">When it expires.</param>
    /// <param name="options">More options of gpg.</param>
    public Task MakeAsync(string name, string algorithm, string usage = "sign", string expires = "never", params string[] options) =>
        GpgAsync([.. options, "--passphrase", "", "--quick-gen-key", name, algorithm, usage, expires]);

    /// <summary>Adds a subkey that signs.</summary>
    public async Task AddSubkeyAsync(string name, string algorithm) => await GpgAsync("--passphrase", "", "--quick-add-key", await FingerprintAsync(name), algorithm, "sign", "never");

    public async Task<string> FingerprintAsync(string name) =>
        (await GpgAsync("--with-colons", "--list-keys", name)).Split('\n').First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];

    /// <summary>The armored public key.</summary>
    public Task<string> ExportAsync(params string[] names) => GpgAsync(["--armor", "--export", .. names]);

    /// <summary>The armored detached signature of a file.</summary>
    public Task<string> SignAsync(string name, string file, params string[] options) => GpgAsync([.. options, "--armor", "--local-user", name, "--output", "-", "--detach-sign", file]);

    /// <summary>Revokes a key with the certificate that was made along with it.</summary>
    public async Task RevokeAsync(string name)
    {
        var certificate = Path.Combine(_directory, "openpgp-revocs.d", await FingerprintAsync(name) + ".rev");
        var text = await File.ReadAllTextAsync(certificate, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(certificate, text.Replace(":-----BEGIN", "-----BEGIN", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await GpgAsync("--import", certificate);
    }

    /// <summary>Makes a key of ssh; returns its public part.</summary>
    public async Task<string> MakeSshAsync(string name, string kind, params string[] options)
    {
        await SshServer.MakeKeyAsync(Path.Combine(_directory, name), kind, options);
        return await File.ReadAllTextAsync(Path.Combine(_directory, name + ".pub"), TestContext.Current.CancellationToken);
    }

    /// <summary>The file of a key of ssh.</summary>
    public string SshFile(string name) => Path.Combine(_directory, name);

    /// <summary>The signature of a file by a key of ssh.</summary>
    public async Task<string> SignSshAsync(string name, string file, string purpose, params string[] options)
    {
        await RunAsync("ssh-keygen", ["-q", "-Y", "sign", "-f", SshFile(name), "-n", purpose, .. options, file]);
        var signature = await File.ReadAllTextAsync(file + ".sig", TestContext.Current.CancellationToken);
        File.Delete(file + ".sig");
        return signature;
    }

    private Task<string> GpgAsync(params string[] arguments) => RunAsync("gpg", ["--batch", "--quiet", "--yes", "--no-tty", "--pinentry-mode", "loopback", .. arguments]);

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var result = await Programs.RunAsync(program, _settings, _directory, null, arguments);
        Assert.True(result.ExitCode == 0, result.All);
        return result.Output;
    }
}
