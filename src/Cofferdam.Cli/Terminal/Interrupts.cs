using System.Runtime.InteropServices;
using Cofferdam.Linux;

namespace Cofferdam.Cli.Terminal;

/// <summary>What signals mean: the first interrupt asks for a clean end, the second ends at once; or all go to a process that runs in the foreground.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private Action<int>? _forward;
    private int _count;

    /// <summary>Set by the first interrupt.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Takes the signals of this process.</summary>
    public static Interrupts OfProcess()
    {
        var interrupts = new Interrupts();
        foreach (var (signal, number) in new[] { (PosixSignal.SIGINT, 2), (PosixSignal.SIGTERM, 15), (PosixSignal.SIGHUP, 1), (PosixSignal.SIGQUIT, 3) })
        {
            interrupts._registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                interrupts.Raise(number);
            }));
        }

        return interrupts;
    }

    /// <summary>Acts on a signal.</summary>
    public void Raise(int signal)
    {
        if (Volatile.Read(ref _forward) is { } forward)
        {
            forward(signal);
        }
        else if (Interlocked.Increment(ref _count) == 1)
        {
            _source.Cancel();
        }
        else
        {
            if (TerminalMode.IsTerminal(2))
            {
                // Progress may have hidden the cursor (DECTCEM).
                Console.OpenStandardError().Write("\e[?25h"u8);
            }

            Environment.Exit((int)ExitCode.Interrupted);
        }
    }

    /// <summary>Sends signals elsewhere until the returned object is disposed.</summary>
    public IDisposable Redirect(Action<int> forward)
    {
        Volatile.Write(ref _forward, forward);
        return new Redirection(this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _source.Dispose();
    }

    private sealed class Redirection(Interrupts owner) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref owner._forward, null);
    }
}
