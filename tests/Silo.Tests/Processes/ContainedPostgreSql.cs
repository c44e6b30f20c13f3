using System.Globalization;
using Docker.DotNet;
using DotNet.Testcontainers.Builders;
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
        try
        {
            var container = new PostgreSqlBuilder(Image)
                .WithPassword(password)
                .WithPortBinding(port, PostgreSqlBuilder.PostgreSqlPort.ToString(CultureInfo.InvariantCulture))
                .Build();
            try
            {
                await container.StartAsync();
                return (new ContainedPostgreSql(container), "");
            }
            catch
            {
                await container.DisposeAsync();
                throw;
            }
        }
        catch (DockerUnavailableException)
        {
            return (null, "there is no Docker engine");
        }
        catch (DockerApiException refused)
        {
            return (null, $"the Docker engine gives no {Image} ({refused.Message.Trim()})");
        }
    }

    /// <summary>The engine lets it end in order: a container cannot be killed and kept.</summary>
    public override Task StopAsync() => _container.StopAsync();

    public override ValueTask DisposeAsync() => _container.DisposeAsync();

    protected override Task BeginAsync() => _container.StartAsync();
}
