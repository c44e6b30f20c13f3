using System.CommandLine;
using System.Text.Json;
using Hermes.Grains.Interfaces;
using Hermes.Hosting;
using Hermes.Silo.Configuration;

namespace Hermes.Silo.Storage;

/// <summary><c>database init</c>: prepares the database of a cluster.</summary>
internal static class DatabaseCommand
{
    public static Command Create()
    {
        var role = new Option<string?>("--role") { Description = DatabaseAddress.RoleHelp, HelpName = "ROLE" };
        var init = new Command("init", "Makes what is missing in the database of a cluster, and brings on what is older; prints what it did, as JSON.") { ToldSettings.File, SettingKeys.DatabaseFile.Option, SettingKeys.TlsAuthorityFile.Option, role };
        init.SetAction(async (parsed, cancellationToken) =>
        {
            var told = ToldSettings.Read(parsed);
            var address = DatabaseAddress.Choose(told.Find(SettingKeys.DatabaseFile)) ?? throw new HermesException(
                "No database was named.", hint: $"Write its connection string into a file that only you can read and name it with {SettingKeys.DatabaseFile.Option.Name}, or set {DatabaseAddress.Variable}.");
            var postgres = new PostgresDatabase(address, told.Find(SettingKeys.TlsAuthorityFile));
            Console.WriteLine(JsonSerializer.Serialize(await PostgresSchema.InstallAsync(postgres, parsed.GetValue(role), cancellationToken), JsonSerializerOptions.Web));
            return ExitCodes.Success;
        });
        return new Command("database", "The database of a cluster: init.") { init };
    }
}
