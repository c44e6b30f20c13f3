using Hermes.Grains.Interfaces;
using Hermes.Silo.Hosting;

var command = SiloCommand.Create(async (settings, cancellationToken) =>
{
    try
    {
        await SiloHost.RunAsync(settings, cancellationToken);
        return 0;
    }
    catch (HermesException refusal)
    {
        await Console.Error.WriteLineAsync($"{refusal.Message} {refusal.Hint}".TrimEnd());
        return 1;
    }
    catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
    {
        await Console.Error.WriteLineAsync($"The data directory {settings.DataDirectory} cannot be used: {failure.Message}");
        return 1;
    }
});
var parsed = command.Parse(args);
return parsed.Errors.Count == 0 ? await parsed.InvokeAsync() : await parsed.InvokeAsync() is 0 ? 0 : 2;
