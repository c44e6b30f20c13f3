using Hermes.Silo.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Serialization;

namespace Hermes.Silo.Tests.Storage;

public sealed class StorageFailuresTests
{
    [Fact]
    public void What_the_database_throws_while_an_actor_awakes_can_be_sent()
    {
        var serializer = new ServiceCollection().AddSerializer().Configure<ExceptionSerializationOptions>(StorageFailures.Send).BuildServiceProvider().GetRequiredService<Serializer>();
        var thrown = new OrleansException("It cannot be read.", new PostgresException("the server is ending", "FATAL", "FATAL", PostgresErrorCodes.AdminShutdown));

        var told = serializer.Deserialize<OrleansException>(serializer.SerializeToArray(thrown));

        Assert.Contains("the server is ending", told!.InnerException!.Message, StringComparison.Ordinal);
    }
}
