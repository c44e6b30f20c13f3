using System.CommandLine;
using Hermes.Cli.Output;
using Hermes.Client;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Hosting;
using Hermes.Imaging.Configuration;

namespace Hermes.Cli.Verbs;

/// <summary><c>train</c>.</summary>
internal static class TrainVerb
{
    private static readonly Option<string> Name = new("--name")
    {
        Description = "The run's name. The same request under the same name is the same run.",
        HelpName = "RUN",
        Required = true,
    };
    private static readonly Option<string?> Datasets = new("--datasets")
    {
        Description = "The datasets to learn, with commas between; all that are ready when not given.",
        HelpName = "A,B",
    };
    private static readonly Option<string> Preset = new("--preset")
    {
        Description = "The size of the network and of the training.",
        DefaultValueFactory = _ => RunRequest.DefaultPreset,
    };
    private static readonly Option<string?> Configuration = new("--config") { Description = "A configuration file instead of a preset.", HelpName = "FILE" };
    private static readonly Option<int?> Steps = new("--steps") { Description = "Optimiser steps, instead of the configuration's.", HelpName = "N" };
    private static readonly Option<int?> Batch = new("--batch") { Description = "Patches per step, instead of the configuration's number.", HelpName = "N" };
    private static readonly Option<int?> MicroBatch = new("--micro-batch")
    {
        Description = "Most patches of a step that are learned at once: fewer need less memory, their gradients add up to the same. When not given, the configuration's number, or else as many as a device has memory for.",
        HelpName = "N",
    };
    private static readonly Option<bool> PaperFaithful = new("--paper-faithful")
    {
        Description = "With the faults of the published code that change results, which are mended otherwise; docs/paper-faithful.md lists them.",
    };
    private static readonly Option<long> Seed = new("--seed") { Description = "Seed of every random generator of the run.", HelpName = "N", DefaultValueFactory = _ => 0 };
    private static readonly Option<string> Model = new("--model")
    {
        Description = "The model that gets the new version.",
        HelpName = "NAME",
        DefaultValueFactory = _ => Names.DefaultModel,
    };
    private static readonly Option<string> Priority = PriorityOption();
    private static readonly Option<string?> Device = new("--device") { Description = "Only on a device of this kind; any when not given." };
    private static readonly Option<int?> Devices = new("--devices")
    {
        Description = "How many devices of one machine learn it together, each a share of every batch; docs/scale.md tells when that pays.",
        HelpName = "N",
    };
    private static readonly Option<string?> Site = new("--site")
    {
        Description = "The site for whose share the device time counts: that of its datasets when not given, or 'local' when those are of several.",
        HelpName = "SITE",
    };
    private static readonly Option<bool> Wait = new("--wait") { Description = "Watch the run to its end." };

    static TrainVerb()
    {
        Preset.AcceptOnlyFromAmong([.. Presets.Names]);
        Steps.AcceptOnly(smallest: 1);
        Batch.AcceptOnly(smallest: 1);
        MicroBatch.AcceptOnly(smallest: 1);
        Devices.AcceptOnly(smallest: 1);
        Device.AcceptOnlyFromAmong([.. DeviceKinds.All]);
    }

    public static VerbCommand Create() => new VerbCommand(
        "train",
        "Trains one network on several datasets. Returns when the run is accepted; --wait watches it to its end.",
        "hermes train --name first",
        "hermes train --name first --datasets abdomen,brain --preset small --seed 7 --wait",
        "hermes train --name own --config my.yaml --steps 2000 --model organs",
        "hermes train --name try --preset hermes-r --steps 2 --batch 2 --micro-batch 1",
        "hermes train --name published --preset hermes-r --paper-faithful",
        "hermes train --name urgent --priority high --device cuda",
        "hermes train --name wide --preset hermes-r --device cuda --devices 4")
    {
        Name, Datasets, Preset, Configuration, Steps, Batch, MicroBatch, PaperFaithful, Seed, Model, Priority, Device, Devices, Site, Wait,
    }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var configuration = context.Get(Configuration);
        if (configuration is not null && context.IsGiven(Preset))
        {
            throw new UsageException("--preset and --config exclude each other.", "Give the one or the other.");
        }

        var name = Names.Require(context.Get(Name), "run");
        var request = new RunRequest
        {
            Preset = context.Get(Preset)!,
            Configuration = configuration is null ? null : ReadConfiguration(configuration),
            ConfigurationFile = configuration,
            Steps = context.Get(Steps),
            BatchSize = context.Get(Batch),
            MicroBatch = context.Get(MicroBatch),
            PaperFaithful = context.Get(PaperFaithful),
            Seed = context.Get(Seed),
            Model = Names.Require(context.Get(Model), "model"),
            Priority = ReadPriority(context.Get(Priority)!),
            DeviceKind = context.Get(Device),
            Devices = context.Get(Devices) is > 1 and var devices ? devices : null,
            Site = context.Get(Site) is { } site ? Names.Require(site, "site") : null,
        };
        var client = await context.ConnectAsync(cancellationToken);
        request = request with { Datasets = await ResolveAsync(client, context.Get(Datasets), cancellationToken) };
        var status = await client.Runs.StartAsync(name, request, cancellationToken);
        if (context.Get(Wait))
        {
            return await RunReport.WatchAsync(context, client, name, cancellationToken);
        }

        RunStory.ThrowIfEndedBadly(status);
        RunReport.Show(context, status);
        return ExitCodes.Success;
    }

    private static string ReadConfiguration(string file)
    {
        if (!File.Exists(file))
        {
            throw new HermesException($"There is no configuration file {file}.", file);
        }

        return new FileInfo(file).Length <= TrainingConfigurationReader.MaxLength
            ? File.ReadAllText(file)
            : throw new HermesException($"{file} is larger than a configuration can be ({TrainingConfigurationReader.MaxLength / 1024} KiB).", file);
    }

    /// <summary>The keys of datasets whose names stand in a list with commas.</summary>
    public static async Task<List<string>> ResolveAsync(HermesClient client, string? names, CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        foreach (var name in (names ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var key = await client.Datasets.ResolveAsync(name, cancellationToken);
            if (!keys.Contains(key))
            {
                keys.Add(key);
            }
        }

        return keys;
    }

    /// <summary><c>--priority</c>.</summary>
    internal static Option<string> PriorityOption()
    {
        var priority = new Option<string>("--priority")
        {
            Description = "Which runs it goes before while it waits for a device. A day in which no run of its site and priority has a device lifts it by one.",
            DefaultValueFactory = _ => "normal",
        };
        priority.AcceptOnlyFromAmong("low", "normal", "high");
        return priority;
    }

    /// <summary>What <c>--priority</c> says.</summary>
    internal static RunPriority ReadPriority(string priority) => Enum.Parse<RunPriority>(priority, ignoreCase: true);
}
