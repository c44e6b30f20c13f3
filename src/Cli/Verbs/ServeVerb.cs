using System.CommandLine;
using System.Globalization;
using System.Net;
using Hermes.Cli.Output;
using Hermes.Cli.Platform;
using Hermes.Client.Connection;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Hosting;
using Hermes.Hosting.Visitors;
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

    internal static readonly Option<string?> Libtorch = new("--libtorch")
    {
        Description = "The libtorch that workers load in place of the packaged one: the folder of an existing PyTorch's native libraries, .../site-packages/torch/lib, or auto for that of the PyTorch that python3 imports. HERMES_LIBTORCH says the same.",
        HelpName = "DIR|auto",
    };

    internal static readonly Option<bool> LibtorchUnverified = new("--libtorch-unverified")
    {
        Description = "Take a libtorch of another version than the packaged one, if a small network's pass forward and back gives the same numbers with both.",
    };

    private static readonly Option<string?> Allocator = new("--allocator")
    {
        Description = $"{WorkerAllocator.Help} {WorkerAllocator.Variable} says the same.",
        HelpName = "auto|system|FILE",
    };

    static ServeVerb()
    {
        DashboardPort.AcceptOnly(1, IPEndPoint.MaxPort);
        Patience.AcceptOnly(0.01, 1000);
    }

    private static readonly Option<bool> WithoutDashboard = new("--no-dashboard") { Description = "Run the silo only." };
    private static readonly VisitorWords Visitors = new();

    public static VerbCommand Create()
    {
        var serve = new VerbCommand(
            "serve",
            "Runs a platform in the foreground, or one silo of a cluster: the silo, started again if it dies, and the dashboard. Ctrl-C ends both in good order, within a minute: the step under way is finished and saved. The next serve goes on where this one was.",
            "hermes serve",
            "hermes serve --dashboard-port 8080 --data-dir /data/hermes --address 127.0.0.1:7000",
            "hermes serve --host hermes.example.org --trusted-proxy 127.0.0.1 --user-header X-User --groups-header X-Groups --role viewer=staff",
            "hermes serve --config-file silo.json --no-dashboard") 
        {
            ConfigVerbs.File, DashboardPort, WithoutDashboard, DataDirectory, Patience, Broker, Libtorch, LibtorchUnverified, Allocator,
        };
        Visitors.AddTo(serve, DashboardPort);
        return serve.Does(RunAsync);
    }

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        string[] options = [.. Options(context)];
        var settings = (await ConfigVerbs.ShowAsync([.. Place(context), .. options], cancellationToken)).Settings.ToDictionary(s => s.Name, s => s.Value);
        var (data, address) = (DataHome.Choose(settings["data-dir"]), settings["address"]!);
        var reached = settings["host"] is { } host ? new PlatformAddress(host, PlatformAddress.Parse(address).Port).ToString() : address;
        var entry = new PlatformEntry(reached, settings["token-file"], TlsFiles.Of(settings["tls-certificate-file"], settings["tls-ca-file"]));
        var withDashboard = !context.Get(WithoutDashboard);
        var visitors = context.Read(Visitors.Read);
        if (!withDashboard && context.Read(Visitors.Pass) is [var idle, ..])
        {
            throw new UsageException($"{idle.Split('=')[0]} is for the dashboard, which {WithoutDashboard.Name} leaves out.");
        }

        if (visitors.Listen is { Port: 0 })
        {
            throw new UsageException("Name the port to listen at, too: whoever opens the pages has to know it.");
        }

        // Where the platform's own port is taken too, the silo knows better what is wrong; elsewhere than on the loopback the dashboard does.
        var port = context.Get(DashboardPort);
        if (withDashboard && visitors.Listen is null && !Loopback.IsFree(port) && Loopback.IsFree(PlatformAddress.Parse(address).Port))
        {
            throw new HermesException(
                $"The dashboard cannot listen on port {port}: another program does.",
                hint: "End that program, or choose another port with --dashboard-port PORT.");
        }

        await using (var platform = await EmbeddedPlatform.StartAsync(
            address, data, line => context.Progress.Say($"silo | {line}"), context.Progress.Say, options, cancellationToken, entry))
        {
            if (withDashboard)
            {
                await ShowAsync(context, platform, data, entry with { TokenFile = entry.TokenFile ?? Path.Combine(data, AccessToken.FileName) }, cancellationToken);
            }
            else
            {
                await KeepAsync(context, platform, reached, data, cancellationToken);
            }
        }

        context.Progress.Say("The platform has ended.");
        return ExitCodes.Success;
    }

    // What the user said; the silo itself knows what holds otherwise.
    private static IEnumerable<string> Place(VerbContext context) =>
    [
        .. context.Get(DataDirectory) is { } data ? new[] { DataDirectory.Name, data.Length > 0 ? Path.GetFullPath(data) : data } : [],
        .. context.IsGiven(VerbContext.Address) ? new[] { VerbContext.Address.Name, context.PlatformAddress } : [],
    ];

    private static IEnumerable<string> Options(VerbContext context) =>
    [
        .. context.Get(ConfigVerbs.File) is { } file ? new[] { ConfigVerbs.File.Name, Path.GetFullPath(file) } : [],
        .. context.Entry.Tls is { } tls
            ? new[] { TlsFileOptions.Certificate, Path.GetFullPath(tls.Certificate), TlsFileOptions.Authority, Path.GetFullPath(tls.Authority) } : [],
        .. context.TokenFilePath is { } token ? new[] { VerbContext.TokenFile.Name, Path.GetFullPath(token) } : [],
        .. context.IsGiven(Patience) ? new[] { Patience.Name, context.Get(Patience).ToString(CultureInfo.InvariantCulture) } : [],
        .. context.Get(Broker) is { } broker ? new[] { Broker.Name, Path.GetFullPath(broker) } : [],
        .. LibtorchOf(context) is { } libtorch ? new[] { Libtorch.Name, libtorch } : [],
        .. context.Get(LibtorchUnverified) ? new[] { LibtorchUnverified.Name, "yes" } : [],
        .. context.Get(Allocator) is { Length: > 0 } named
            ? new[] { Allocator.Name, named is WorkerAllocator.Auto or WorkerAllocator.OfSystem ? named : Path.GetFullPath(named) } : [],
    ];

    /// <summary>The libtorch that was named: auto, or a full path.</summary>
    internal static string? LibtorchOf(VerbContext context) => context.Get(Libtorch) is { Length: > 0 } named and not "auto" ? Path.GetFullPath(named) : context.Get(Libtorch);

    /// <summary>Waits until the platform or the wish for it ends.</summary>
    private static async Task KeepAsync(VerbContext context, EmbeddedPlatform platform, string address, string data, CancellationToken cancellationToken)
    {
        context.Output.Result(
            new { Address = address, Dashboard = (string?)null, DataDir = data, ProcessId = platform.Silo.ProcessId },
            console => console.WriteLine($"Platform at {address}, data in {data}. Ctrl-C ends it."));
        await Task.WhenAny(platform.Running, Task.Delay(Timeout.Infinite, cancellationToken));
        if (!cancellationToken.IsCancellationRequested)
        {
            await platform.Running;
        }

        SayEnding(context);
    }

    private static void SayEnding(VerbContext context) =>
        context.Progress.Say($"Ending: the step under way is finished and saved, in at most {Grace.Program.TotalSeconds:0} s.");

    /// <summary>Shows the platform in a dashboard until one of the three ends: the platform, the dashboard, the wish for them.</summary>
    private static async Task ShowAsync(
        VerbContext context, EmbeddedPlatform platform, string data, PlatformEntry entry, CancellationToken cancellationToken)
    {
        var (address, tokenFile) = (entry.Address, entry.TokenFile!);
        var (visitors, port) = (context.Read(Visitors.Read), context.Get(DashboardPort));
        var dashboard = new Supervisor(
            PlatformProgram.Dashboard,
            [
                "--address", address, "--token-file", tokenFile, "--exit-with-parent",
                .. visitors.Listen is null ? new[] { "--port", port.ToString(CultureInfo.InvariantCulture) } : [],
                .. context.Read(Visitors.Pass),
                .. entry.Tls is { } tls ? new[] { TlsFileOptions.Certificate, tls.Certificate, TlsFileOptions.Authority, tls.Authority } : [],
            ],
            line => context.Progress.Say($"dashboard | {line}"),
            context.Progress.Say);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var showing = dashboard.RunAsync(end.Token);
        var pages = DashboardVerb.Pages(visitors, port);
        var link = DashboardVerb.Link(pages, AccessToken.Read(tokenFile).SignEntry(TimeProvider.System.GetUtcNow()));
        context.Output.Result(
            new { Address = address, Dashboard = pages.GetLeftPart(UriPartial.Authority), DashboardLink = link, DataDir = data, ProcessId = platform.Silo.ProcessId },
            console =>
            {
                console.WriteLine($"Platform at {address}, data in {data}.");
                console.WriteLine($"Dashboard at {link}");
                console.WriteLine("The link opens it once; 'hermes dashboard' prints another. Ctrl-C ends both.");
            });

        var first = await Task.WhenAny(platform.Running, showing, Task.Delay(Timeout.Infinite, cancellationToken));
        if (cancellationToken.IsCancellationRequested)
        {
            SayEnding(context);
        }

        await end.CancelAsync();
        await showing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellationToken.IsCancellationRequested)
        {
            await first;
        }
    }
}
