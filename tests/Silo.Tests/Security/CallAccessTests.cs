using System.Net.Sockets;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Silo.Security;
using Hermes.Silo.Storage;
using Npgsql;

namespace Hermes.Silo.Tests.Security;

public sealed class CallAccessTests
{
    [Fact]
    public void What_could_not_be_done_for_anybody_failed_and_is_no_refusal()
    {
        var database = new PostgresDatabase("Host=127.0.0.1;Username=u");

        Assert.Equal(AuditOutcome.Refused, CallAccess.OutcomeOf(new HermesException("The name is taken.")));
        Assert.All(
            new Exception[]
            {
                new InvalidOperationException(), DiskFull.Refusal("Full."), new HermesException("Away.") { IsPassing = true },
                database.Explain(new NpgsqlException("away", new SocketException()))!,
                database.Explain(new PostgresException("no rights", "ERROR", "ERROR", PostgresErrorCodes.InsufficientPrivilege))!,
            },
            failed => Assert.Equal(AuditOutcome.Failed, CallAccess.OutcomeOf(failed)));
    }
}
