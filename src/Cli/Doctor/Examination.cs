using System.Text.Json;
using Hermes.Cli.Output;
using Hermes.Cli.Platform;
using Hermes.Client;
using Hermes.Grains.Interfaces;
using Hermes.Hosting;

namespace Hermes.Cli.Doctor;

/// <summary>Looks at everything the platform needs, whether one is running or not. Changes nothing.</summary>
internal static class Examination
{
    /// <summary>One finding or more per thing, in the order in which things depend on each other.</summary>
    /// <param name="entry">Where the platform is looked for.</param>
    /// <param name="dashboardPort">Where its dashboard is looked for.</param>
    /// <param name="dataDirectory">Where the data is kept if no platform says otherwise; null for the default.</param>
    /// <param name="libtorch">Options that name the libtorch; none for that of a platform that runs here, or else what the environment names.</param>
    /// <param name="cancellationToken">Ends the examination.</param>
    public static async Task<IReadOnlyList<Finding>> RunAsync(
        PlatformEntry entry, int dashboardPort, string? dataDirectory, IReadOnlyList<string> libtorch, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        await using var client = await LivingPlatform.FindAsync(entry, cancellationToken);
        var living = new LivingPlatform(entry.Address, dashboardPort, client);
        await LookAsync("SDK", async () => [await Machine.SdkAsync(cancellationToken)]);
        await LookAsync("programs", () => Task.FromResult<IReadOnlyList<Finding>>([Machine.Programs()]));
        await LookAsync("libtorch", async () =>
        {
            var (options, allocator) = await living.WorkersAsync(libtorch, cancellationToken);
            return await Machine.WorkerAsync(options, allocator, living.IsHere ? DirectoryOf(client, dataDirectory) : DataHome.Choose(dataDirectory), cancellationToken);
        });
        await LookAsync("memory", () => Task.FromResult<IReadOnlyList<Finding>>([Machine.Memory()]));
        await LookAsync("open files", () => Task.FromResult<IReadOnlyList<Finding>>([Machine.Handles()]));
        await LookAsync("data", async () =>
        {
            if (!living.IsHere)
            {
                return [Finding.Ok("data", $"{client!.Platform.DataDirectory} on the machine of the silo, where 'hermes doctor' looks at it")];
            }

            var directory = DirectoryOf(client, dataDirectory);
            return [Machine.DataDirectory(directory), Machine.Disk(directory)];
        });
        await LookAsync(Machine.Database, () => living.StoresAsync(DirectoryOf(client, dataDirectory), cancellationToken));
        if (entry.Tls is { } tls)
        {
            await LookAsync("certificate", () => Task.FromResult<IReadOnlyList<Finding>>([Machine.Certificate(tls)]));
        }

        await LookAsync("platform", () => Task.FromResult<IReadOnlyList<Finding>>([living.Platform(), .. living.Silos(), living.Dashboard()]));
        await LookAsync("troubles", () => living.TroublesAsync(cancellationToken));
        await LookAsync("owners", () => living.BlobsAsync(cancellationToken));
        await LookAsync("workers", () => Task.FromResult(living.Workers()));
        await LookAsync("runs", () => living.RunsAsync(cancellationToken));
        return findings;

        async Task LookAsync(string subject, Func<Task<IReadOnlyList<Finding>>> look)
        {
            try
            {
                findings.AddRange(await look());
            }
            catch (HermesException e)
            {
                findings.Add(Finding.Problem(subject, e.Message, RemedyWords.Hint(e)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException or HttpRequestException or JsonException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                findings.Add(Finding.Problem(subject, $"could not be looked at: {e.Message}", null));
            }
        }
    }

    private static string DirectoryOf(HermesClient? client, string? named) =>
        named is null && client is not null ? client.Platform.DataDirectory : DataHome.Choose(named);
}
