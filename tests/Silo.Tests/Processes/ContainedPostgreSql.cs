using System.Globalization;
using Hermes.Hosting;
using Testcontainers.PostgreSql;

namespace Hermes.Silo.Tests.Processes;

/// <summary>A PostgreSQL server in a container.</summary>
internal sealed class ContainedPostgreSql : PostgreSqlServer
{
    private const string Image = "postgres:17-alpine";

    private readonly PostgreSqlContainer _container;

    private ContainedPostgreSql(PostgreSqlContainer container)
        : base(container.GetConnectionString()) => _container = container;

    /// <summary>The server, or why there is none: no engine, or no image.</summary>
    public static async Task<(PostgreSqlServer? Server, string WhyNot)> TryStartAsync(string password)
    {
        // A port that the engine chooses is another one after a restart.
        var port = Loopback.FreePorts(1)[0].ToString(CultureInfo.InvariantCulture);
        var (container, whyNot) = await Contained.TryStartAsync(Image, () => new PostgreSqlBuilder(Image)
            .WithPassword(password)
            .WithPortBinding(port, PostgreSqlBuilder.PostgreSqlPort.ToString(CultureInfo.InvariantCulture))
            .Build());
        return (container is null ? null : new ContainedPostgreSql(container), whyNot);
    }

    /// <summary>The engine lets it end in order: a container cannot be killed and kept.</summary>
    public override Task StopAsync() => _container.StopAsync();

    public override ValueTask DisposeAsync() => _container.DisposeAsync();

    protected override Task BeginAsync() => _container.StartAsync();
}
