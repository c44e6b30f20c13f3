using Hermes.Grains.Interfaces;
using Hermes.Hosting;

namespace Hermes.Cli.Output;

/// <summary>Remedies as this program offers them: its own commands and options.</summary>
internal static class RemedyWords
{
    /// <summary>What to do about a refusal.</summary>
    public static string? Hint(HermesException refusal) => Hint(refusal.Hint, refusal.Remedy, refusal.About);

    /// <summary>What to do about a failure.</summary>
    public static string? Hint(Failure? failure) => failure is null ? null : Hint(failure.Hint, failure.Remedy, failure.About);

    private static string? Hint(string? hint, Remedy remedy, string? about) => (hint, Words(remedy, about)) switch
    {
        (null, var words) => words,
        (_, null) => hint,
        (_, var words) => $"{hint} {words}",
    };

    private static string? Words(Remedy remedy, string? about) => remedy switch
    {
        Remedy.ListDatasets => "List the datasets with 'hermes dataset list'.",
        Remedy.AddDataset => "Add one with 'hermes dataset add NAME --modality ct --images DIR --labels DIR --label-names FILE.json'.",
        Remedy.ShowDataset => $"See it with 'hermes dataset show {about}'.",
        Remedy.ShowRefusals => $"See all of them with 'hermes dataset show {about} --refusals'.",
        Remedy.CancelAdd => $"Look with 'hermes dataset show {about}'; while it is under way, 'hermes dataset cancel {about}' gives it up.",
        Remedy.ListRuns => "List the runs with 'hermes run list'.",
        Remedy.ShowRun => $"See it with 'hermes run show {about}'.",
        Remedy.ResumeRun => $"When the cause is mended, 'hermes run resume {about}' goes on from the last checkpoint.",
        Remedy.ListModels => "'hermes model list' shows those there are; 'hermes train' makes one.",
        Remedy.NamePromptGroup => "Name one with --dataset.",
        Remedy.ChooseSplits => "Choose with --split test, train or all.",
        Remedy.ShareTask => "Give the dataset another name, or share the task with --share.",
        Remedy.NameLabels => "Name them with --label-names.",
        Remedy.StartPlatform => "Start one with 'hermes serve', or name another with --address HOST:PORT.",
        Remedy.NamePlatform => "Name the platform with --address HOST:PORT; 'hermes serve' prints its own.",
        Remedy.RestartPlatform => "Start it again with 'hermes serve'; its work goes on where it was. Then repeat the command.",
        Remedy.ReadLog => "Its log says more: look at the output of 'hermes serve'.",
        Remedy.ListUpdates => "List the updates with 'hermes update list'.",
        Remedy.ShowUpdate => $"See it with 'hermes update show {about}'.",
        Remedy.ResumeUpdate => $"When the cause is mended, 'hermes update resume {about}' goes on where it was.",
        Remedy.AcceptUpdate => $"Look at it with 'hermes update show {about}'; 'hermes update promote {about} --accept' accepts it.",
        Remedy.ListEvents => "List the events with 'hermes events list'.",
        Remedy.AcceptConflicts => "See all of it with 'hermes update preview'; --accept learns them nevertheless.",
        Remedy.DropGroups => "Name each that may go with --drop.",
        Remedy.ShowQueue => "See the queue with 'hermes queue list'.",
        Remedy.CheckBlobs => "See what else is damaged with 'hermes blobs check'.",
        Remedy.NameToken => "Ask who runs the platform for a copy of its access token, and name the file with --token-file.",
        Remedy.NameCertificates =>
            $"Name this client's certificate with {TlsFileOptions.Certificate} and the authority with {TlsFileOptions.Authority}; who runs the platform issues one with 'hermes cluster certificate issue'.",
        Remedy.ListAccess => "See who has one with 'hermes access list'.",
        _ => null,
    };
}
