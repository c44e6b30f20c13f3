using Hermes.Dashboard.Platform;
namespace Hermes.Dashboard.Tests;

public sealed class DashboardHostTests
{
    [Fact]
    public void Nothing_in_it_reports_how_it_is_used()
    {
        var services = DashboardHost.CreateBuilder(new DashboardOptions()).Services;

        Assert.Equal([], UsageReporters.Among(services.Where(s => !s.IsKeyedService).SelectMany(s => new[] { s.ServiceType, s.ImplementationType }).OfType<Type>()));
    }
}
