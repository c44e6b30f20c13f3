using System.CommandLine;
using System.Net;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Hosting;
using Hermes.Silo.Configuration;
using Hermes.Silo.Storage;

namespace Hermes.Silo.Hosting;

/// <summary>The words on the silo's command line.</summary>
internal static class SiloCommand
{
    private const string Description =
        """
        The server of a Hermes platform: keeps datasets, runs and models, and leads the workers that train and segment.

        Examples:
          hermes-silo                                        everything below the default data directory, at 127.0.0.1:5081
          hermes-silo --data-dir /data/hermes --address 127.0.0.1:7000
          hermes-silo --threads 8 --ingest-workers 2         8 threads train and segment, 2 workers look into new cases

        It is ready when it says so on standard output and GET http://ADDRESS/health/ready answers 200. SIGTERM ends it in good order.
        """;

    public static RootCommand Create(Func<SiloSettings, CancellationToken, Task<int>> run)
    {
        var dataDirectory = new Option<string?>("--data-dir") { Description = DataHome.Help };
        var address = new Option<string>("--address") { Description = "Loopback address and port of the platform.", DefaultValueFactory = _ => PlatformDescription.DefaultAddress };
        var threads = new Option<int>("--threads") { Description = "Processor threads that train and segment.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var ingest = new Option<int>("--ingest-workers")
        {
            Description = "Workers that look into new cases, one thread each.",
            DefaultValueFactory = _ => Math.Clamp(Environment.ProcessorCount / 2, 1, 4),
        };
        var device = new Option<string>("--device") { Description = "The device that trains and segments: cpu, or cuda:0 and so on.", DefaultValueFactory = _ => "cpu" };
        var checkpoints = new Option<double>("--checkpoint-seconds") { Description = "A run's progress is saved at least this often.", DefaultValueFactory = _ => 30 };
        var patience = new Option<double>("--patience") { Description = WorkPhase.PatienceHelp, DefaultValueFactory = _ => 1 };
        var broker = new Option<string?>("--broker-file") { Description = BrokerAddress.Help, HelpName = "FILE" };
        var blobs = new Option<string?>("--blobs-file") { Description = BlobAddress.Help, HelpName = "FILE" };
        var database = new Option<string?>("--database-file") { Description = DatabaseAddress.Help, HelpName = "FILE" };
        address.Validators.Add(r => Check(r, EndPoint(r.GetValueOrDefault<string>()) is not null, "--address needs a loopback address and a port, like 127.0.0.1:5081."));
        threads.AcceptOnly(1, 1024);
        ingest.AcceptOnly(1, 64);
        checkpoints.AcceptOnly(0.01, 86400);
        patience.AcceptOnly(0.01, 1000);
        device.Validators.Add(r => Check(r, IsDevice(r.GetValueOrDefault<string>()), "--device needs cpu or cuda:N."));

        var command = new RootCommand(Description) { dataDirectory, address, threads, ingest, device, checkpoints, patience, broker, blobs };
        command.EndingWithParent();
        command.Subcommands.Add(StoreCheckCommand.Create(dataDirectory));
        command.Subcommands.Add(DatabaseCommand.Create(database));
        command.SetAction((parsed, cancellationToken) => run(
            new SiloSettings
            {
                DataDirectory = DataHome.Choose(parsed.GetValue(dataDirectory)),
                Address = EndPoint(parsed.GetValue(address))!,
                Threads = parsed.GetValue(threads),
                IngestWorkers = parsed.GetValue(ingest),
                CheckpointEvery = TimeSpan.FromSeconds(parsed.GetValue(checkpoints)),
                Patience = parsed.GetValue(patience),
                Broker = BrokerAddress.Choose(parsed.GetValue(broker)),
                Blobs = BlobAddress.Choose(parsed.GetValue(blobs)),
                Devices = [parsed.GetValue(device)!],
                ExitWithParent = parsed.GetValue(ParentWatch.Option),
            },
            cancellationToken));
        return command;
    }

    private static void Check(System.CommandLine.Parsing.OptionResult result, bool isGood, string sentence)
    {
        if (!isGood)
        {
            result.AddError(sentence);
        }
    }

    private static IPEndPoint? EndPoint(string? text)
    {
        var known = text?.Replace("localhost", "127.0.0.1", StringComparison.OrdinalIgnoreCase);
        return IPEndPoint.TryParse(known ?? "", out var parsed) && parsed.Port > 0 && IPAddress.IsLoopback(parsed.Address) ? parsed : null;
    }

    private static bool IsDevice(string? device) =>
        device == "cpu" || (device is not null && device.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(device.AsSpan(5), out _));
}
