using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hermes.Hosting;
using Npgsql;

namespace Hermes.Benchmarks.Operations;

/// <summary>A demonstration cluster whose database counts what it executes.</summary>
internal sealed class MeasuredCluster : IAsyncDisposable
{
    private const double TicksPerSecond = 100;

    private readonly string _folder;
    private readonly NpgsqlDataSource _database;

    private MeasuredCluster(string folder, NpgsqlDataSource database) => (_folder, _database) = (folder, database);

    /// <summary>Whose processor time is counted; workers are those of all silos.</summary>
    public static IReadOnlyList<string> Groups { get; } = ["silos", "workers", "postgres", "rabbitmq", "azurite"];

    public string Address => Status.GetProperty("address").GetString()!;

    public string TokenFile => Status.GetProperty("tokenFile").GetString()!;

    private JsonElement Status => JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "status.json"))).RootElement;

    public static async Task<MeasuredCluster> StartAsync(string folder)
    {
        await DemoAsync(folder, "up");
        var cluster = new MeasuredCluster(folder, NpgsqlDataSource.Create((await File.ReadAllTextAsync(Path.Combine(folder, "owner.txt"))).Trim()));
        try
        {
            await cluster.AskAsync("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'");
            cluster._database.Clear();
            await DemoAsync(folder, "down");
            await DemoAsync(folder, "up");
            await cluster.AskAsync("CREATE EXTENSION pg_stat_statements");
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>What an operation costs.</summary>
    public async Task<Cost> MeasureAsync(Func<Task> operation)
    {
        var (processes, before) = (Processes(), await CountAsync());
        var clock = Stopwatch.StartNew();
        await operation();
        var time = clock.Elapsed;
        var (count, after) = (await CountAsync(), Processes());
        return new Cost(
            time, Groups.ToDictionary(g => g, g => after[g] - processes[g]), count.Statements - before.Statements, count.Log - before.Log, count.Stored - before.Stored);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await DemoAsync(_folder, "down");
    }

    private async Task<(double Statements, double Log, double Stored)> CountAsync() => (
        Convert.ToDouble(await AskAsync("SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%' AND query NOT LIKE '%pg_current_wal_lsn%' AND query NOT LIKE '%pg_database_size%'"), CultureInfo.InvariantCulture),
        Convert.ToDouble(await AskAsync("SELECT pg_current_wal_lsn() - '0/0'"), CultureInfo.InvariantCulture),
        Convert.ToDouble(await AskAsync("SELECT pg_database_size(current_database())"), CultureInfo.InvariantCulture));

    private async Task<object?> AskAsync(string statement)
    {
        await using var command = _database.CreateCommand(statement);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Processor time of each group so far, in ms.</summary>
    private Dictionary<string, double> Processes()
    {
        var all = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _))
            .Select(name => ProcessTime.Of(int.Parse(name!, CultureInfo.InvariantCulture))).OfType<ProcessTime>().ToList();
        var sums = Groups.ToDictionary(g => g, _ => 0.0);
        foreach (var part in Status.GetProperty("parts").EnumerateArray())
        {
            var (id, name, isSilo) = (part.GetProperty("processId").GetInt32(), part.GetProperty("name").GetString()!, part.GetProperty("isSilo").GetBoolean());
            if (isSilo)
            {
                sums["silos"] += all.Single(p => p.Id == id).Own;
                sums["workers"] += all.Where(p => p.Parent == id).Sum(p => p.Own);
            }
            else if (Groups.FirstOrDefault(g => name.StartsWith(g, StringComparison.Ordinal)) is { } group)
            {
                sums[group] += Tree(id);
            }
        }

        return sums.ToDictionary(s => s.Key, s => s.Value * 1000 / TicksPerSecond);

        double Tree(int id) => all.Where(p => p.Id == id).Sum(p => p.Own + p.Ended) + all.Where(p => p.Parent == id).Sum(p => Tree(p.Id));
    }

    private static async Task DemoAsync(string folder, string verb)
    {
        using var process = Process.Start(PlatformProgram.Cli.StartInfo("cluster", "demo", verb, "--dir", folder))!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'hermes cluster demo {verb}' ended with {process.ExitCode}.");
        }
    }

    /// <summary>What the kernel says of a process, in ticks.</summary>
    private sealed record ProcessTime(int Id, int Parent, double Own, double Ended)
    {
        public static ProcessTime? Of(int id)
        {
            try
            {
                // pid (name) state parent ...; the name may hold spaces and brackets.
                var stat = File.ReadAllText($"/proc/{id}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                return new ProcessTime(id, int.Parse(fields[1], CultureInfo.InvariantCulture), Ticks(11), Ticks(13));

                double Ticks(int first) => double.Parse(fields[first], CultureInfo.InvariantCulture) + double.Parse(fields[first + 1], CultureInfo.InvariantCulture);
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }
}
