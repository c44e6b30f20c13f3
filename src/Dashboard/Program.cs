using System.CommandLine;
using System.Net;
using Hermes.Dashboard;
using Hermes.Hosting;

var command = DashboardCommand.Create(async (options, parsed, cancellationToken) =>
{
    // A taken port would be told with a stack trace; a probe finds it first.
    if (options.Port > 0 && Loopback.WhyTaken(new IPEndPoint(IPAddress.Loopback, options.Port)) is { } taken)
    {
        await Console.Error.WriteLineAsync($"error: The dashboard cannot listen on port {options.Port}: {taken}");
        return ExitCodes.Failed;
    }

    await using var app = DashboardHost.Build(options);
    app.Lifetime.ApplicationStarted.Register(() => ParentWatch.Start(parsed.GetValue(ParentWatch.Option), app.Lifetime.StopApplication));
    try
    {
        await app.StartAsync(cancellationToken);
    }
    catch (IOException late)
    {
        await Console.Error.WriteLineAsync($"error: The dashboard cannot listen on port {options.Port}: {late.Message}");
        return ExitCodes.Failed;
    }

    Console.WriteLine($"Dashboard at {app.Urls.First()} for the platform at {options.Address}");
    await app.WaitForShutdownAsync(cancellationToken);
    return ExitCodes.Success;
});
var parsed = command.Parse(args);

// The host hears the signals and ends in its own time.
var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
return parsed.Errors.Count == 0 || code == ExitCodes.Success ? code : ExitCodes.WrongUsage;
