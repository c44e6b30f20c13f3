using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using Hermes.Cli.ClusterDemo;
using Hermes.Cli.Output;
using Hermes.Cli.Quickstart;
using Hermes.Grains.Interfaces;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>cluster demo</c>: by itself the whole show; up, status and down keep one in the background.</summary>
internal static class ClusterDemoVerb
{
    private const string What = "PostgreSQL, RabbitMQ, Azurite, three silos and a dashboard, all on this machine and on loopback only";

    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(5);

    private static readonly Option<string?> Dir = new("--dir")
    {
        Description = "Where the demonstration keeps everything; hermes-cluster-demo below the user's local data directory, /var/lib/hermes-cluster-demo for root, when not given.",
        HelpName = "DIR",
    };

    private static readonly Option<bool> Keep = new("--keep") { Description = "Keep everything; says where it is." };

    private static readonly Option<bool> Delete = new("--delete") { Description = "Also delete all that it kept." };

    private static readonly Option<int> Steps = new("--steps") { Description = "How long the network learns, twice.", HelpName = "N", DefaultValueFactory = _ => 60 };

    private static readonly Option<long> Seed = new("--seed") { Description = "Seed of the scans and of the training.", HelpName = "N", DefaultValueFactory = _ => 0 };

    static ClusterDemoVerb() => Steps.AcceptOnly(6, 100_000);

    public static VerbCommand Create()
    {
        var demo = new VerbCommand(
            "demo",
            $"Shows a cluster: starts {What}; trains a network, trains it once more and kills the silo that does, segments meanwhile, and compares both models bit by bit. Takes minutes, and leaves nothing behind. 'up' starts one to try things with.",
            "hermes cluster demo",
            "hermes cluster demo --steps 200 --keep --json") { Keep, Steps, Seed }.Does(ShowAsync);
        foreach (var verb in new[] { Init(), Up(), Status(), Down(), Run() })
        {
            demo.Subcommands.Add(verb);
        }

        return demo;
    }

    private static VerbCommand Init() => new VerbCommand(
        "init",
        "Writes the settings of a demonstration cluster and starts nothing, so that they can be looked at and changed before 'up'.",
        "hermes cluster demo init --dir /data/demo") { Dir }.Does((context, _) =>
    {
        var folder = DemoFolder.Open(DemoFolder.Choose(context.Get(Dir)));
        var settings = folder.Plan.Silos.Select(folder.SettingsOf).ToList();
        context.Output.Result(
            new { Dir = folder.Root, Settings = settings },
            console => console.WriteLine($"The settings of the silos are {string.Join(", ", settings)}; 'hermes cluster demo up' starts them."));
        return Task.FromResult(ExitCodes.Success);
    });

    private static VerbCommand Up() => new VerbCommand(
        "up",
        $"Starts a cluster in the background: {What}. Each is started again when it dies. Says how to reach it; its settings are files that can be looked at and changed. May be repeated.",
        "hermes cluster demo up",
        "hermes cluster demo up --dir /data/demo") { Dir }.Does(async (context, cancellationToken) =>
    {
        var root = DemoFolder.Choose(context.Get(Dir));
        var up = await DemoKeeper.FindAsync(root, cancellationToken);
        if (up is { IsReady: false })
        {
            throw new HermesException($"The demonstration in {root} is starting already.", root, "'hermes cluster demo down' ends it.");
        }

        if (up is null)
        {
            context.Progress.Report("starting", 0, 0, "");
            up = await DemoKeeper.StartAsync(DemoFolder.Open(root), cancellationToken);
            context.Progress.Clear();
        }

        await TellAsync(context, up, cancellationToken);
        return ExitCodes.Success;
    });

    private static VerbCommand Status() => new VerbCommand(
        "status",
        "Shows what a demonstration cluster is made of and whether it answers. The exit code is 1 when something does not, or is not started yet.",
        "hermes cluster demo status",
        "hermes cluster demo status --dir /data/demo --json") { Dir }.Does(async (context, cancellationToken) =>
    {
        var root = DemoFolder.Choose(context.Get(Dir));
        var up = await DemoKeeper.FindAsync(root, cancellationToken)
            ?? throw new HermesException($"No demonstration is up in {root}.", hint: "'hermes cluster demo up' starts one.");
        return await TellAsync(context, up, cancellationToken) && up.IsReady ? ExitCodes.Success : ExitCodes.Failed;
    });

    private static VerbCommand Down() => new VerbCommand(
        "down",
        "Ends a demonstration cluster in good order: the step under way is finished and saved. The next 'up' goes on where it was.",
        "hermes cluster demo down",
        "hermes cluster demo down --delete") { Dir, Delete }.Does(async (context, cancellationToken) =>
    {
        var root = DemoFolder.Choose(context.Get(Dir));
        var up = await DemoKeeper.FindAsync(root, cancellationToken);
        if (up is not null)
        {
            context.Progress.Report("ending", 0, 0, "");
            await DemoKeeper.EndAsync(up, cancellationToken);
            context.Progress.Clear();
        }

        var deleted = context.Get(Delete) && DemoFolder.IsOne(root);
        if (deleted)
        {
            Directory.Delete(root, recursive: true);
        }

        context.Output.Result(new { Dir = root, WasUp = up is not null, Deleted = deleted }, console => console.WriteLine(
            $"{(up is null ? "No demonstration was up" : "The demonstration has ended")} in {root}{(deleted ? ", which is deleted" : "")}."));
        return ExitCodes.Success;
    });

    private static VerbCommand Run()
    {
        var run = new VerbCommand("run", "Keeps a demonstration cluster alive in the foreground; what 'up' starts.", "hermes cluster demo run --dir /data/demo") { Dir }.Does(async (context, cancellationToken) =>
        {
            var folder = DemoFolder.Open(DemoFolder.Choose(context.Get(Dir)));
            await using var cluster = await DemoCluster.StartAsync(folder, context.Progress.Say, cancellationToken);
            await cluster.KeepAsync(cancellationToken);
            return ExitCodes.Success;
        });
        run.Hidden = true;
        return run;
    }

    private static async Task<int> ShowAsync(VerbContext context, CancellationToken cancellationToken)
    {
        DemoFolder.RequirePrograms();
        var root = Directory.CreateTempSubdirectory("hermes-cluster-demo-").FullName;
        var isKept = context.Get(Keep);
        try
        {
            var folder = DemoFolder.Open(root);
            using var scans = await QuickstartFolder.OpenAsync(Path.Combine(root, "scans"), keep: true, context.Get(Seed), cancellationToken);
            var document = await new DemoTour(folder, scans, context.Get(Seed), context.Get(Steps), context.Progress).RunAsync(isKept ? root : null, cancellationToken);
            context.Progress.Clear();
            context.Output.Result(document, console => Render(console, document));
            return document.IsSameModel ? ExitCodes.Success : ExitCodes.Failed;
        }
        catch (HermesException)
        {
            isKept = true;
            context.Progress.Say($"What is there to look at, logs too, is kept in {root}.");
            throw;
        }
        finally
        {
            if (!isKept)
            {
                Directory.Delete(root, recursive: true);
            }
        }
    }

    private static void Render(IAnsiConsole console, ClusterDemoDocument d)
    {
        console.WriteLine();
        console.Facts(
            ("killed", string.Create(CultureInfo.InvariantCulture, $"silo {d.KilledSilo}, while its run was at step {d.KilledAtStep} of {d.Steps}")),
            ("interrupted", $"after {Tables.Seconds(d.SecondsToInterrupted)}"),
            ("at work again", $"after {Tables.Seconds(d.SecondsToMoved)}, at silo {d.MovedTo}"),
            ("segmented", $"{Tables.Seconds(d.SecondsToSegmented)} after the kill"),
            ("the model", d.IsSameModel ? "has the same bits as the one that was learned undisturbed" : "DIFFERS from the one that was learned undisturbed"),
            ("kept in", d.Dir));
        console.WriteLine();
        var phases = Tables.Create("phase", "#seconds");
        foreach (var phase in d.Phases)
        {
            phases.With(phase.Name, phase.Seconds.ToString("0.0", CultureInfo.InvariantCulture));
        }

        console.Write(phases);
        console.WriteLine();
        console.WriteLine("'hermes cluster demo up' starts one that stays.");
    }

    /// <summary>Tells what is up; whether all of it answers.</summary>
    private static async Task<bool> TellAsync(VerbContext context, DemoStatus up, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(up.Parts.Select(p => AnswersAsync(p, cancellationToken)));
        context.Output.Result(
            new
            {
                up.Dir, up.ProcessId, up.Address, up.TokenFile, up.Dashboard,
                Parts = up.Parts.Zip(answers, (p, answers) => new { p.Name, p.What, p.ProcessId, p.Starts, p.Address, p.Log, Answers = answers }).ToList(),
            },
            console =>
            {
                var table = Tables.Create("part", "what", "address", "#process", "#starts", "answers");
                foreach (var (part, isThere) in up.Parts.Zip(answers))
                {
                    table.With(
                        part.Name,
                        part.What,
                        part.Address,
                        part.ProcessId?.ToString(CultureInfo.InvariantCulture) ?? "-",
                        part.Starts.ToString(CultureInfo.InvariantCulture),
                        isThere ? "yes" : "NO");
                }

                console.Write(table);
                console.WriteLine();
                console.WriteLine("Commands reach it in a shell with");
                console.WriteLine($"  export HERMES_ADDRESS={up.Address} HERMES_TOKEN_FILE={up.TokenFile}");
                console.WriteLine($"Its pages: hermes dashboard --dashboard-port {new Uri(up.Dashboard).Port} prints a link.");
                console.WriteLine($"Settings, data and logs are in {up.Dir}. 'hermes cluster demo down' ends it.");
            });
        return Array.TrueForAll(answers, a => a);
    }

    // A silo that stands still has its port open, too.
    private static async Task<bool> AnswersAsync(DemoStatus.Part part, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ProbePatience);
        try
        {
            if (part.IsSilo)
            {
                using var http = new HttpClient();
                return (await http.GetAsync(new Uri($"http://{part.Address}/health/ready"), limit.Token)).IsSuccessStatusCode;
            }

            var address = part.Address.Split(':');
            using var socket = new TcpClient();
            await socket.ConnectAsync(address[0], int.Parse(address[1], CultureInfo.InvariantCulture), limit.Token);
            return true;
        }
        catch (Exception silent) when (silent is HttpRequestException or SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
