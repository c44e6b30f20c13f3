using System.CommandLine;
using System.Globalization;
using System.Net;
using Hermes.Cli.Platform;
using Hermes.Client.Connection;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>serve</c>.</summary>
internal static class ServeVerb
{
    internal static readonly Option<int> DashboardPort = new("--dashboard-port")
    {
        Description = "The loopback port of the dashboard's pages.",
        HelpName = "PORT",
        DefaultValueFactory = _ => PlatformDescription.DefaultDashboardPort,
    };
    internal static readonly Option<string?> DataDirectory = new("--data-dir") { Description = DataHome.Help, HelpName = "DIR" };
    internal static readonly Option<double> Patience = new("--patience") { Description = WorkPhase.PatienceHelp, HelpName = "FACTOR", DefaultValueFactory = _ => 1 };
    internal static readonly Option<string?> Broker = new("--broker-file") { Description = BrokerAddress.Help, HelpName = "FILE" };

    static ServeVerb()
    {
        DashboardPort.AcceptOnly(1, IPEndPoint.MaxPort);
        Patience.AcceptOnly(0.01, 1000);
    }

    public static VerbCommand Create() => new VerbCommand(
        "serve",
        "Runs a platform in the foreground: the silo, started again if it dies, and the dashboard. Ctrl-C ends both in good order, within a minute: the step under way is finished and saved. The next serve goes on where this one was.",
        "hermes serve",
        "hermes serve --dashboard-port 8080 --data-dir /data/hermes --address 127.0.0.1:7000") { DashboardPort, DataDirectory, Patience, Broker }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var data = DataHome.Choose(context.Get(DataDirectory));
        var port = context.Get(DashboardPort);

        // Where the platform's own port is taken too, the silo knows better what is wrong.
        if (!Loopback.IsFree(port) && Loopback.IsFree(PlatformAddress.Parse(context.PlatformAddress).Port))
        {
            throw new HermesException(
                $"The dashboard cannot listen on port {port}: another program does.",
                hint: "End that program, or choose another port with --dashboard-port PORT.");
        }

        await using (var platform = await EmbeddedPlatform.StartAsync(
            context.PlatformAddress, data, line => context.Progress.Say($"silo | {line}"), context.Progress.Say,
            ["--patience", context.Get(Patience).ToString(CultureInfo.InvariantCulture), .. context.Get(Broker) is { } broker ? new[] { "--broker-file", Path.GetFullPath(broker) } : []],
            cancellationToken))
        {
            await ShowAsync(context, platform, data, cancellationToken);
        }

        context.Progress.Say("The platform has ended.");
        return ExitCodes.Success;
    }

    /// <summary>Shows the platform in a dashboard until one of the three ends: the platform, the dashboard, the wish for them.</summary>
    private static async Task ShowAsync(VerbContext context, EmbeddedPlatform platform, string data, CancellationToken cancellationToken)
    {
        var port = context.Get(DashboardPort).ToString(CultureInfo.InvariantCulture);
        var dashboard = new Supervisor(
            PlatformProgram.Dashboard,
            ["--address", context.PlatformAddress, "--port", port, "--exit-with-parent"],
            line => context.Progress.Say($"dashboard | {line}"),
            context.Progress.Say,
            TimeProvider.System);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var showing = dashboard.RunAsync(end.Token);
        context.Output.Result(
            new { Address = context.PlatformAddress, Dashboard = $"http://127.0.0.1:{port}", DataDir = data, ProcessId = platform.Silo.ProcessId },
            console =>
            {
                console.WriteLine($"Platform at {context.PlatformAddress}, data in {data}.");
                console.WriteLine($"Dashboard at http://127.0.0.1:{port}. Ctrl-C ends both.");
            });

        var first = await Task.WhenAny(platform.Running, showing, Task.Delay(Timeout.Infinite, cancellationToken));
        if (cancellationToken.IsCancellationRequested)
        {
            context.Progress.Say($"Ending: the step under way is finished and saved, in at most {Grace.Program.TotalSeconds:0} s.");
        }

        await end.CancelAsync();
        await showing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellationToken.IsCancellationRequested)
        {
            await first;
        }
    }
}
