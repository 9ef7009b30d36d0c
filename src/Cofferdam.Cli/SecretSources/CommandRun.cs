using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cofferdam.Model;

namespace Cofferdam.Cli.SecretSources;

/// <summary>One run of a program that prints a secret. Its output is wiped when this is disposed.</summary>
internal sealed class CommandRun(SecretSurroundings surroundings) : IDisposable
{
    private const int ComplaintLength = 1000;
    private const int MaxComplaintBytes = 64 * 1024;

    // Shorter parts of the output would make the complaint unreadable where they are words.
    private const int LeastHidden = 4;

    private readonly WipedBuffer _output = new(Limits.SecretBytes);
    private readonly WipedBuffer _errors = new(MaxComplaintBytes);

    /// <summary>What it printed.</summary>
    public ReadOnlySpan<byte> Output => _output.Bytes;

    /// <summary>The end of what it wrote to standard error, in one line and without what it printed.</summary>
    public string Complaint
    {
        get
        {
            var text = Encoding.UTF8.GetString(_errors.Bytes);
            foreach (var part in Encoding.UTF8.GetString(_output.Bytes).Split('\n').Select(line => line.Trim()).Where(line => line.Length >= LeastHidden))
            {
                text = text.Replace(part, "***", StringComparison.Ordinal);
            }

            text = string.Join(' ', string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)).Split(' ', StringSplitOptions.RemoveEmptyEntries));
            return text.Length <= ComplaintLength ? text : "…" + text[^ComplaintLength..];
        }
    }

    /// <summary>Runs it to its end and returns its exit code; throws <see cref="SecretSourceException"/> when it takes too long or prints too much.</summary>
    public async Task<int> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
#pragma warning disable RS0030 // the one place of this project that starts a process
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = surroundings.WorkingDirectory,
        };
#pragma warning restore RS0030
        using var limit = new CancellationTokenSource(surroundings.CommandTimeout, surroundings.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var process = Process.Start(start)!;
            try
            {
                return await ReadAsync(process, stop.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or SecretSourceException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SecretSourceException(string.Create(CultureInfo.InvariantCulture, $"the command did not end within {surroundings.CommandTimeout.TotalSeconds:0.###} seconds, and was stopped"))
            {
                Hint = "run the command by itself; one that asks questions must do so at the terminal, as it has no standard input",
            };
        }
        catch (Exception error) when (error is Win32Exception or IOException)
        {
            throw new SecretSourceException($"the command can't be run: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    private async Task<int> ReadAsync(Process process, CancellationToken cancellationToken)
    {
        process.StandardInput.Close();
        var errors = ReadErrorsAsync(process, cancellationToken);
        if (!await _output.FillAsync(process.StandardOutput.BaseStream, cancellationToken))
        {
            throw WipedBuffer.TooLarge();
        }

        await errors;
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    // One that complains without end is read on, so that it can end.
    private async Task ReadErrorsAsync(Process process, CancellationToken cancellationToken)
    {
        if (!await _errors.FillAsync(process.StandardError.BaseStream, cancellationToken))
        {
            await process.StandardError.BaseStream.CopyToAsync(Stream.Null, cancellationToken);
        }
    }
}
