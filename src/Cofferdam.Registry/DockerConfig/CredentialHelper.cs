using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cofferdam.Model;

namespace Cofferdam.Registry.DockerConfig;

/// <summary>A program <c>docker-credential-NAME</c> that keeps logins (docker-credential-helpers protocol).</summary>
internal sealed class CredentialHelper(string name)
{
    private const string TokenUser = "<token>";

    /// <summary>The login for a server; null when the helper has none.</summary>
    internal async Task<RegistryLogin?> GetAsync(string server, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await RunAsync("get", server, cancellationToken);
        if (exitCode != 0)
        {
            return output.Contains("credentials not found", StringComparison.OrdinalIgnoreCase) || output.Contains("no credentials server URL", StringComparison.OrdinalIgnoreCase)
                ? null
                : throw Failure("get", output);
        }

        var answer = Parse("get", output);
        var (user, secret) = ((string?)answer["Username"] ?? string.Empty, (string?)answer["Secret"] ?? string.Empty);
        return user.Length == 0 && secret.Length == 0 ? null : new RegistryLogin(user == TokenUser ? string.Empty : user, secret);
    }

    internal async Task StoreAsync(string server, RegistryLogin login, CancellationToken cancellationToken)
    {
        var entry = new JsonObject
        {
            ["ServerURL"] = server,
            ["Username"] = login.UserName.Length == 0 ? TokenUser : login.UserName,
            ["Secret"] = login.Secret,
        };
        await RequireAsync("store", entry.ToJsonString(), cancellationToken);
    }

    internal Task EraseAsync(string server, CancellationToken cancellationToken) => RequireAsync("erase", server, cancellationToken);

    /// <summary>The servers it has logins for.</summary>
    internal async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) =>
        [.. Parse("list", await RequireAsync("list", string.Empty, cancellationToken)).Select(entry => entry.Key)];

    private async Task<string> RequireAsync(string action, string input, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await RunAsync(action, input, cancellationToken);
        return exitCode == 0 ? output : throw Failure(action, output);
    }

    private JsonObject Parse(string action, string output)
    {
        try
        {
            return JsonNode.Parse(output) as JsonObject ?? throw Failure(action, "it answers no JSON object");
        }
        catch (JsonException)
        {
            throw Failure(action, "it answers no JSON"); // the answer may hold a password: it is not shown
        }
    }

    private CofferdamException Failure(string action, string reason) =>
        new(ErrorCode.Unauthorized, $"{action} a login by credential helper {Quote.Text("docker-credential-" + name)}: {reason.Trim()}");

    private async Task<(int ExitCode, string Output)> RunAsync(string action, string input, CancellationToken cancellationToken)
    {
        if (name.Length == 0 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
        {
            throw new InvalidInputException($"invalid name of a credential helper: {Quote.Text(name)}");
        }

#pragma warning disable RS0030 // the one place of this project that starts a process
        var start = new ProcessStartInfo("docker-credential-" + name, action)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
#pragma warning restore RS0030
        try
        {
            using var process = Process.Start(start)!;
            try
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
                process.StandardInput.Close();
                var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
                await process.WaitForExitAsync(cancellationToken);
                return (process.ExitCode, output);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
        catch (Exception error) when (error is Win32Exception or IOException)
        {
            throw new CofferdamException(ErrorCode.Unauthorized, $"run credential helper {Quote.Text("docker-credential-" + name)}: {error.Message}", error)
            {
                Hint = "install it, or take it out of credsStore and credHelpers in docker's config.json",
            };
        }
    }
}
