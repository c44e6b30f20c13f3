using System.CommandLine;
using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Client;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>update list</c>, <c>show</c>, <c>watch</c>, <c>cancel</c>, <c>resume</c> and <c>promote</c>.</summary>
internal static class UpdateVerbs
{
    private static readonly Option<string?> Certificate = new("--certificate") { Description = "Write the certificate to this file.", HelpName = "FILE.json|FILE.md" };
    private static readonly Option<bool> Accept = new("--accept") { Description = "Accept, as an administrator, that of an old task there are too few cases for a statement; the certificate says that somebody did." };
    private static readonly Option<bool> Force = new("--force") { Description = "Replace a file that exists." };

    private static readonly Listing<UpdateState> Which = new();

    public static VerbCommand List() => Which.AddTo(
        new VerbCommand("list", "Lists the updates.", "hermes update list", "hermes update list --state certified --json")).Does(async (context, cancellationToken) =>
    {
        var client = await context.ConnectAsync(cancellationToken);
        var updates = await Which.Of(context, filter => client.Updates.ListAsync(filter, cancellationToken))
            .Select(u => UpdateDocument.Of(u, TimeProvider.System)).ToListAsync(cancellationToken);
        context.Output.Result(updates, console =>
        {
            if (updates.Count == 0)
            {
                console.WriteLine(Which.Nothing(context, "There are no updates yet. 'hermes update create' teaches a model a new dataset."));
                return;
            }

            var table = Tables.Create("name", "state", "from", "datasets", "#live as");
            foreach (var u in updates)
            {
                table.With(u.Name, u.State, u.From, string.Join(", ", u.Datasets), u.PromotedVersion?.ToString(CultureInfo.InvariantCulture));
            }

            console.Write(table);
        });
        return ExitCodes.Success;
    });

    public static VerbCommand Show()
    {
        var name = UpdateReport.Argument();
        return new VerbCommand(
            "show",
            "Shows where an update stands, what was proven, and why it failed if it did.",
            "hermes update show first",
            "hermes update show first --certificate first.md") { name, Certificate, Force }.Does(async (context, cancellationToken) =>
        {
            var (file, force) = (context.Get(Certificate), context.Get(Force));
            if (file is not null)
            {
                CertificateFile.Check(file, force);
            }

            var client = await context.ConnectAsync(cancellationToken);
            var status = await client.Updates.GetAsync(context.Get(name), cancellationToken);
            if (file is not null)
            {
                await CertificateFile.WriteAsync(
                    file,
                    status.Certificate ?? throw new HermesException($"The update '{status.Name}' is {status.State.Word()}; it has no certificate yet."),
                    force,
                    cancellationToken);
            }

            UpdateReport.Show(context, status);
            return ExitCodes.Success;
        });
    }

    public static VerbCommand Watch()
    {
        var name = UpdateReport.Argument();
        return new VerbCommand("watch", "Watches an update to its end. Ctrl-C stops watching, not the update.", "hermes update watch first") { name }.Does(
            async (context, cancellationToken) =>
            {
                var client = await context.ConnectAsync(cancellationToken);
                await client.Updates.GetAsync(context.Get(name), cancellationToken);
                return await UpdateReport.WatchAsync(context, client, context.Get(name), cancellationToken);
            });
    }

    public static VerbCommand Cancel() => Command(
        "cancel", "Asks an update to end; what was learned is kept for a resume.", (client, name, token) => client.Updates.CancelAsync(name, token));

    public static VerbCommand Resume() => Command(
        "resume", "Goes on with a cancelled or failed update where it was.", (client, name, token) => client.Updates.ResumeAsync(name, token));

    public static VerbCommand Promote()
    {
        var name = UpdateReport.Argument();
        return new VerbCommand(
            "promote",
            "Makes what was certified part of what the model serves; requests under way end on the old version. A new trunk first learns what was promoted since it was begun.",
            "hermes update promote first",
            "hermes update promote retrained --accept") { name, Accept }.Does(async (context, cancellationToken) =>
        {
            var client = await context.ConnectAsync(cancellationToken);
            UpdateReport.Show(context, await client.Updates.PromoteAsync(context.Get(name), context.Get(Accept), cancellationToken));
            return ExitCodes.Success;
        });
    }

    private static VerbCommand Command(string verb, string description, Func<HermesClient, string, CancellationToken, Task<UpdateStatus>> command)
    {
        var name = UpdateReport.Argument();
        return new VerbCommand(verb, description, $"hermes update {verb} first") { name }.Does(async (context, cancellationToken) =>
        {
            var client = await context.ConnectAsync(cancellationToken);
            UpdateReport.Show(context, await command(client, context.Get(name), cancellationToken));
            return ExitCodes.Success;
        });
    }
}
