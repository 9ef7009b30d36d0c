using Cofferdam.Cli;
using Cofferdam.Cli.Build;
using Cofferdam.Cli.DaemonControl;
using Cofferdam.Cli.Terminal;
using Cofferdam.Daemon;
using Cofferdam.Protocol.Calls;
using Cofferdam.Registry;

using var interrupts = Interrupts.OfProcess();
var services = new CommandServices
{
    Daemons = new DaemonConnector(DialAsync, new DaemonLauncher()),
    Sessions = new BuildSessions(),
    CheckLoginAsync = static async (host, login, cancellationToken) =>
    {
        using var client = new RegistryClient(new RegistryOptions(), TimeProvider.System);
        await client.CheckLoginAsync(host, new OneLogin(login), cancellationToken);
    },
    RunDaemonAsync = static (options, cancellationToken) =>
    {
        DaemonHost.EnterMountNamespace();

        // Where it was started may be unmounted or removed.
        Environment.CurrentDirectory = "/";
        return DaemonHost.RunAsync(options, cancellationToken);
    },
};
return await CommandLine.RunAsync(ProgramName.Apply(Environment.GetCommandLineArgs()), CommandConsole.OfProcess(interrupts), services, interrupts.Token);

static async Task<DaemonConnection> DialAsync(string address, CancellationToken cancellationToken)
{
    var channel = await RpcChannel.ConnectAsync(address, cancellationToken);
    return new DaemonConnection(channel.Calls, channel);
}
