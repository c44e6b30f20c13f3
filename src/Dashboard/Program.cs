using Hermes.Dashboard;
using Hermes.Grains.Interfaces;

DashboardOptions options;
try
{
    options = DashboardOptions.Parse(args);
}
catch (HermesException wrong)
{
    Console.Error.WriteLine($"error: {wrong.Message}\n{DashboardOptions.Usage}");
    return 2;
}

await using var app = DashboardHost.Build(options);
try
{
    await app.StartAsync();
}
catch (IOException failure)
{
    Console.Error.WriteLine($"error: The dashboard cannot listen on port {options.Port}: {failure.Message}");
    return 1;
}

Console.WriteLine($"Dashboard at {app.Urls.First()} for the platform at {options.Address}");
await app.WaitForShutdownAsync();
return 0;
