using System.Text.RegularExpressions;
using Hermes.Hosting;
using Hermes.Silo.Storage;

namespace Hermes.Silo.Tests.Configuration;

/// <summary>What <c>docs/operations.md</c> says that the files of secrets hold is what the platform takes.</summary>
public sealed partial class DocumentedSecretsTests : IDisposable
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_addresses_of_database_and_broker_are_taken_as_they_stand_there_and_with_TLS_for_another_machine()
    {
        var secrets = Row().Matches(Document).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);

        foreach (var database in new[] { secrets["owner.txt"], secrets["database.txt"] })
        {
            _ = new PostgresDatabase(database);
            _ = new PostgresDatabase(Elsewhere(database) + ";SSL Mode=VerifyFull");
        }

        var broker = secrets["broker.txt"];
        Assert.Equal(5672, Broker(broker)!.Port);
        Assert.Equal(5671, Broker(Elsewhere(broker).Replace("amqp://", "amqps://", StringComparison.Ordinal).Replace("5672", "5671", StringComparison.Ordinal))!.Port);
    }

    private static string Elsewhere(string address) => address.Replace("127.0.0.1", "other.example.org", StringComparison.Ordinal);

    private Uri? Broker(string address) => BrokerAddress.Choose(_folder.File("broker.txt", address));

    [GeneratedRegex(@"^\| `(\w+\.txt)` \| `([^`]+)` \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
