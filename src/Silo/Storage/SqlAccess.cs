using System.Data.Common;
using System.Security.Cryptography;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Seams;

namespace Hermes.Silo.Storage;

/// <summary>Who was given a token, in the database. The tokens are derived from the platform's own and stored nowhere.</summary>
internal sealed class SqlAccess(Database database, AccessToken platform, TimeProvider clock) : IAccessStore
{
    private const string Columns = "name, role, serial, created, withdrawn";

    /// <summary>How long what was read is believed, and so how long a token may still be good at other silos after it was withdrawn.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private volatile Good? _good;
    private int _isReading;
    private int _changes;

    /// <summary>Reads every row; <see cref="Entry"/> tells what is in one.</summary>
    internal static DbCommand All(DbConnection connection) => Database.Command(connection, $"SELECT {Columns} FROM access_token ORDER BY name, created");

    // A role of a newer version is none that is known here.
    internal static AccessEntry Entry(DbDataReader row) => new(
        row.GetString(0),
        Roles.Find(row.GetString(1)) ?? default,
        row.GetString(2),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
        row.IsDBNull(4) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)));

    /// <summary>Writes a row unless it is there, or a good token of that name is.</summary>
    internal static DbCommand Insert(DbConnection connection, AccessEntry entry) => Database.Command(
        connection,
        $"INSERT INTO access_token ({Columns}) VALUES (@name, @role, @serial, @created, @withdrawn) ON CONFLICT DO NOTHING",
        ("@name", entry.Name),
        ("@role", entry.Role.Word()),
        ("@serial", entry.Serial),
        ("@created", entry.Created.ToUnixTimeMilliseconds()),
        ("@withdrawn", (object?)entry.Withdrawn?.ToUnixTimeMilliseconds() ?? DBNull.Value));

    /// <summary>Whether a token was made for this bearer and not taken back. While the database is away, what was read last holds.</summary>
    /// <exception cref="HermesException">The database is away, and was not read since it was changed here.</exception>
    public async ValueTask<bool> IsGoodAsync(Bearer bearer)
    {
        if (bearer == Bearer.Platform)
        {
            return true;
        }

        if (_good is not { } good)
        {
            good = await ReadAsync();
        }
        else if (clock.GetElapsedTime(good.Read) > Fresh && Interlocked.Exchange(ref _isReading, 1) == 0)
        {
            try
            {
                good = await ReadAsync();
            }
            finally
            {
                Volatile.Write(ref _isReading, 0);
            }
        }

        return good.Bearers.Contains(bearer);
    }

    public async Task<string> CreateAsync(string name, Role role, CancellationToken cancellationToken)
    {
        var bearer = new Bearer(name, role, RandomNumberGenerator.GetHexString(16, lowercase: true));
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = Insert(connection, new AccessEntry(name, role, bearer.Serial, clock.GetUtcNow(), Withdrawn: null));
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            throw new HermesException($"'{name}' has a token already.", hint: "Choose another name, or withdraw that token first.").With(Remedy.ListAccess);
        }

        Changed();
        return platform.Derive(bearer).ToText();
    }

    public async Task<IReadOnlyList<AccessEntry>> ListAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = All(connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<AccessEntry>();
        while (await reader.ReadAsync(cancellationToken))
        {
            entries.Add(Entry(reader));
        }

        return entries;
    }

    public async Task<AccessEntry?> WithdrawAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = Database.Command(
            connection,
            "UPDATE access_token SET withdrawn = @now WHERE name = @name AND withdrawn IS NULL RETURNING serial",
            ("@name", name),
            ("@now", clock.GetUtcNow().ToUnixTimeMilliseconds()));
        var serial = (string?)await command.ExecuteScalarAsync(cancellationToken);
        Changed();
        return serial is null ? null : (await ListAsync(cancellationToken)).Single(e => e.Serial == serial);
    }

    private async Task<Good> ReadAsync()
    {
        var (known, changes, read) = (_good, Volatile.Read(ref _changes), clock.GetTimestamp());
        try
        {
            var entries = await ListAsync(CancellationToken.None);
            var good = new Good([.. entries.Where(e => e.Withdrawn is null).Select(e => new Bearer(e.Name, e.Role, e.Serial))], read);
            if (changes == Volatile.Read(ref _changes))
            {
                _good = good;
            }

            return good;
        }
        catch (Exception away) when (database.Explain(away) is { } told)
        {
            return known ?? throw told;
        }
    }

    // What is being read meanwhile may be from before, and is not kept.
    private void Changed()
    {
        Interlocked.Increment(ref _changes);
        _good = null;
    }

    private sealed record Good(HashSet<Bearer> Bearers, long Read);
}
