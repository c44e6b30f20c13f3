using System.CommandLine;
using Hermes.Dashboard;
using Hermes.Grains.Interfaces;
using Hermes.Hosting;

var command = DashboardCommand.Create(async (options, parsed, cancellationToken) =>
{
    // A taken port would be told with a stack trace; a probe finds it first.
    if (options.Place is { Port: > 0 } place && Loopback.WhyTaken(place) is { } taken)
    {
        await Console.Error.WriteLineAsync($"error: The dashboard cannot listen on port {options.Place.Port}: {taken}");
        return ExitCodes.Failed;
    }

    WebApplication made;
    try
    {
        made = DashboardHost.Build(options);
    }
    catch (HermesException unusable)
    {
        return await RefuseAsync(unusable);
    }

    await using var app = made;
    app.Lifetime.ApplicationStarted.Register(() => ParentWatch.Start(parsed.GetValue(ParentWatch.Option), app.Lifetime.StopApplication));
    try
    {
        await app.StartAsync(cancellationToken);
    }
    catch (HermesException unusable)
    {
        return await RefuseAsync(unusable);
    }
    catch (IOException late)
    {
        await Console.Error.WriteLineAsync($"error: The dashboard cannot listen on port {options.Place.Port}: {late.Message}");
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

static async Task<int> RefuseAsync(HermesException refused)
{
    await Console.Error.WriteLineAsync($"error: {refused.Message}");
    if (refused.Hint is { } hint)
    {
        await Console.Error.WriteLineAsync(hint);
    }

    return ExitCodes.Failed;
}
