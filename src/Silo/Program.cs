using System.CommandLine;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Hosting;
using Hermes.Silo.Hosting;
using Microsoft.AspNetCore.Connections;

var command = SiloCommand.Create(async (settings, cancellationToken) =>
{
    try
    {
        await SiloHost.RunAsync(settings, cancellationToken);
        return ExitCodes.Success;
    }
    catch (IOException taken) when (taken.InnerException is AddressInUseException)
    {
        await Console.Error.WriteLineAsync($"The address {settings.Address} cannot be used: {taken.Message}");
        return ExitCodes.Failed;
    }
    catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
    {
        await Console.Error.WriteLineAsync($"The data directory {settings.DataDirectory} cannot be used: {failure.Message}");
        return ExitCodes.Failed;
    }
});
var parsed = command.Parse(args);
try
{
    // The host hears the signals and ends in its own time; the parser's limit of two seconds would cut it short.
    var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    return parsed.Errors.Count == 0 || code == ExitCodes.Success ? code : ExitCodes.WrongUsage;
}
catch (HermesException refusal)
{
    await Console.Error.WriteLineAsync($"{refusal.Message} {refusal.Hint}".TrimEnd());
    return Silence.Is(refusal) ? ExitCodes.Away : ExitCodes.Failed;
}
