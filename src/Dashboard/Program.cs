using System.Net;
using System.Net.Sockets;
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
    // A taken port would be told with a stack trace as well; a probe finds it first.
    using (var probe = new TcpListener(IPAddress.Loopback, options.Port))
    {
        probe.Start();
    }

    await app.StartAsync();
}
catch (Exception failure) when (failure is IOException or SocketException)
{
    Console.Error.WriteLine($"error: The dashboard cannot listen on port {options.Port}: {failure.Message}");
    return 1;
}

Console.WriteLine($"Dashboard at {app.Urls.First()} for the platform at {options.Address}");
await app.WaitForShutdownAsync();
return 0;
