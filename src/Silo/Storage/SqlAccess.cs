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

    /// <summary>Whether a token was made for this bearer and not taken back. While the database is away, what was read last holds.</summary>
    /// <exception cref="HermesException">The database is away and was never read.</exception>
    public async ValueTask<bool> IsGoodAsync(Bearer bearer)
    {
        if (bearer == Bearer.Platform)
        {
            return true;
        }

        if (_good is not { } good || (clock.GetElapsedTime(good.Read) > Fresh && Interlocked.Exchange(ref _isReading, 1) == 0))
        {
            try
            {
                good = await ReadAsync();
            }
            catch (Exception away) when (database.Explain(away) is { } told)
            {
                good = _good ?? throw told;
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
        await using var command = Database.Command(
            connection,
            "INSERT INTO access_token (name, role, serial, created) VALUES (@name, @role, @serial, @created) ON CONFLICT DO NOTHING",
            ("@name", name),
            ("@role", role.Word()),
            ("@serial", bearer.Serial),
            ("@created", clock.GetUtcNow().ToUnixTimeMilliseconds()));
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            throw new HermesException($"'{name}' has a token already.", hint: "Choose another name, or withdraw that token first.").With(Remedy.ListAccess);
        }

        _good = null;
        return platform.Derive(bearer).ToText();
    }

    public async Task<IReadOnlyList<AccessEntry>> ListAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = Database.Command(connection, $"SELECT {Columns} FROM access_token ORDER BY name, created");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<AccessEntry>();
        while (await reader.ReadAsync(cancellationToken))
        {
            // A role of a newer version is none that is known here.
            entries.Add(new AccessEntry(
                reader.GetString(0),
                Roles.Find(reader.GetString(1)) ?? default,
                reader.GetString(2),
                DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3)),
                reader.IsDBNull(4) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4))));
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
        _good = null;
        return serial is null ? null : (await ListAsync(cancellationToken)).Single(e => e.Serial == serial);
    }

    private async Task<Good> ReadAsync()
    {
        var read = clock.GetTimestamp();
        var entries = await ListAsync(CancellationToken.None);
        return _good = new Good([.. entries.Where(e => e.Withdrawn is null).Select(e => new Bearer(e.Name, e.Role, e.Serial))], read);
    }

    private sealed record Good(HashSet<Bearer> Bearers, long Read);
}
