using System.CommandLine;
using Hermes.Hosting;
using Hermes.Silo.Backup;
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
          hermes-silo --config-file silo.json                one of several silos: the file names database, broker and blobs

        Every option but --config-file and --exit-with-parent may stand in that file, and in the environment: --data-dir as HERMES_DATA_DIR.
        An option goes before the environment, the environment before the file.

        It is ready when it says so on standard output and GET http://ADDRESS/health/ready answers 200. SIGTERM ends it in good order.
        """;

    public static RootCommand Create(Func<SiloSettings, CancellationToken, Task<int>> run)
    {
        var command = new RootCommand(Description);
        command.AddSettings();
        command.EndingWithParent();
        command.Subcommands.Add(StoreCheckCommand.Create());
        command.Subcommands.Add(DatabaseCommand.Create());
        command.Subcommands.Add(ConfigCommand.Create());
        command.Subcommands.Add(BackupCommand.Create());
        command.SetAction((parsed, cancellationToken) => run(SiloSettings.Of(ToldSettings.Read(parsed), parsed.GetValue(ParentWatch.Option)), cancellationToken));
        return command;
    }

    /// <summary>Lets a command be told everything that a silo is told.</summary>
    internal static void AddSettings(this Command command)
    {
        command.Options.Add(ToldSettings.File);
        foreach (var key in SettingKeys.All)
        {
            command.Options.Add(key.Option);
        }
    }
}
