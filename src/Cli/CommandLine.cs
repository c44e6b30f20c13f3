using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Cli.Verbs;
using Hermes.Hosting;

namespace Hermes.Cli;

/// <summary>The words of the command and what they lead to.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var root = Create();
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExamples and not HelpAction)
        {
            var verb = Path(parsed.CommandResult.Command);
            new VerbOutput(Array.Exists(arguments, a => a == VerbContext.Json.Name)).WrongUsage(
                string.Join(" ", parsed.Errors.Select(Sentence)), $"'{verb} --help' shows how it is used.");
            return ExitCodes.WrongUsage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = Grace.Command,
        });
    }

    /// <summary>A fault of a command line for people: of what is no number the parser says which type of .NET it expected.</summary>
    internal static string Sentence(ParseError error)
    {
        if (error.SymbolResult is not OptionResult { Tokens: [{ Value: var text }], Option: { } option })
        {
            return error.Message;
        }

        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        var isWhole = type == typeof(int) || type == typeof(long);
        return isWhole && !long.TryParse(text, CultureInfo.InvariantCulture, out _) ? $"{option.Name} must be a whole number, not '{text}'."
            : type == typeof(int) && !int.TryParse(text, CultureInfo.InvariantCulture, out _)
                ? $"{option.Name} must be {(text.StartsWith('-') ? $"at least {int.MinValue}" : $"at most {int.MaxValue}")}, not {text}."
            : type == typeof(double) && !double.TryParse(text, CultureInfo.InvariantCulture, out _) ? $"{option.Name} must be a number, not '{text}'."
            : error.Message;
    }

    internal static RootCommand Create()
    {
        var root = new RootCommand("Hermes Platform: one universal 3D medical segmentation network for many datasets.")
        {
            QuickstartVerb.Create(),
            new Command("demo", "What the platform does that others do not, on synthetic scans: incremental.") { DemoIncrementalVerb.Create() },
            ServeVerb.Create(),
            DashboardVerb.Create(),
            new Command("dataset", "Datasets: add, append, cancel, list, show, withdraw.")
            {
                DatasetAddVerb.Create(), DatasetAppendVerb.Create(), DatasetCancelVerb.Create(), DatasetListVerb.Create(), DatasetShowVerb.Create(),
                DatasetWithdrawVerb.Create(),
            },
            new Command("task", "Tasks that datasets declared: list.") { TaskListVerb.Create() },
            TrainVerb.Create(),
            new Command("run", "Runs: list, show, watch, cancel, resume.")
            {
                RunListVerb.Create(), RunShowVerb.Create(), RunWatchVerb.Create(), RunCancelVerb.Create(), RunResumeVerb.Create(),
            },
            QueueVerbs.Create(),
            new Command("model", "Models: list, show, import, export, promote, rollback, grow-rule.")
            {
                ModelListVerb.Create(), ModelShowVerb.Create(),
                ModelImportVerb.Create(), ModelExportVerb.Create(), ModelPromoteVerb.Create(), ModelRollbackVerb.Create(), ModelGrowRuleVerb.Create(),
            },
            new Command("update", "Updates, which teach a model new datasets: preview, create, list, show, watch, cancel, resume, promote.")
            {
                UpdatePreviewVerb.Create(), UpdateCreateVerb.Create(), UpdateVerbs.List(), UpdateVerbs.Show(), UpdateVerbs.Watch(), UpdateVerbs.Cancel(), UpdateVerbs.Resume(),
                UpdateVerbs.Promote(),
            },
            new Command("events", "Events: list, show, failed, retry, discard.")
            {
                EventsVerbs.List(), EventsVerbs.Show(), EventsVerbs.Failed(), EventsVerbs.Retry(), EventsVerbs.Discard(),
            },
            new Command("blobs", "What the platform keeps: check, collect.") { BlobsCheckVerb.Create(), BlobsCollectVerb.Create() },
            BackupVerbs.Make(),
            BackupVerbs.Restore(),
            AccessVerbs.Create(),
            AuditVerb.Create(),
            new Command("config", "What a silo is told: show, check.") { ConfigVerbs.Show(), ConfigVerbs.Check() },
            new Command("cluster", "A platform on several machines: init prepares its database, certificate makes what TLS between them needs, demo shows one on this machine.")
            {
                ClusterInitVerb.Create(), ClusterCertificateVerbs.Create(), ClusterDemoVerb.Create(),
            },
            SegmentVerb.Create(),
            EvaluateVerb.Create(),
            PriorsVerb.Create(),
            new Command("study", "What tasks of a model gain from each other, measured by training: relations, show, cancel.")
            {
                StudyVerbs.Relations(), StudyVerbs.Show(), StudyVerbs.Cancel(),
            },
            DoctorVerb.Create(),
            TestVerb.Create(),
        };
        root.Options.Add(VerbContext.Address);
        root.Options.Add(VerbContext.TokenFile);
        root.Options.Add(VerbContext.TlsCertificateFile);
        root.Options.Add(VerbContext.TlsAuthorityFile);
        root.Options.Add(VerbContext.Json);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    private static string Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Path(parent)} {command.Name}" : "hermes";
}
