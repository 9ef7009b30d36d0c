using Cofferdam.Cli;
using Cofferdam.Cli.Build;
using Cofferdam.Cli.DaemonControl;
using Cofferdam.Cli.Terminal;
using Cofferdam.Model;

using var interrupts = Interrupts.OfProcess();
var services = new CommandServices
{
    Daemons = new DaemonConnector(ChannelDialer.DialAsync, new DaemonLauncher()),
    Sessions = new BuildSessions(),
    RunDaemonAsync = static (_, _) => throw new UnsupportedException("the daemon is not supported yet"),
};
return await CommandLine.RunAsync(ProgramName.Apply(Environment.GetCommandLineArgs()), CommandConsole.OfProcess(interrupts), services, interrupts.Token);
