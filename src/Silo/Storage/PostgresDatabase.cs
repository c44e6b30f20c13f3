using System.Data;
using System.Data.Common;
using System.Net;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Seams;
using Hermes.Hosting;
using Npgsql;

namespace Hermes.Silo.Storage;

/// <summary>The database of a cluster: a PostgreSQL server. Everything lies in its schema <c>hermes</c>, made by <see cref="PostgresSchema"/>.</summary>
internal sealed class PostgresDatabase : Database
{
    private readonly NpgsqlConnectionStringBuilder _address;

    /// <param name="connectionString">As Npgsql reads it: <c>Host=…;Database=…;Username=…;Password=…</c>.</param>
    /// <param name="authorityFile">The authority that issued the server's certificate, where the connection string names none; null for those that the machine trusts.</param>
    /// <exception cref="HermesException">It is no such thing, or would send what it is told in clear text to another machine; what it holds is not told.</exception>
    public PostgresDatabase(string connectionString, string? authorityFile = null)
    {
        try
        {
            _address = new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = PostgresSchema.Name, ApplicationName = "hermes" };
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException)
        {
            throw new HermesException("What was given is no connection string of PostgreSQL.", hint: $"It looks like {DatabaseAddress.Example}.");
        }

        if (string.IsNullOrEmpty(_address.Host))
        {
            throw new HermesException("The connection string of the database names no host.", hint: $"It looks like {DatabaseAddress.Example}.");
        }

        if (_address.SslMode != SslMode.VerifyFull && _address.Host.Split(',').Any(host => !IsHere(host)))
        {
            throw new HermesException(
                $"The database at {_address.Host} is on another machine, and its connection string does not demand TLS.",
                hint: "Add ';SSL Mode=VerifyFull' to it, and ';Root Certificate=FILE' where its certificate is of another authority than those of the silos.");
        }

        if (_address.SslMode is SslMode.VerifyFull or SslMode.VerifyCA)
        {
            _address.RootCertificate ??= authorityFile;
        }
    }

    public override string Invariant => "Npgsql";

    public override string ConnectionString => _address.ConnectionString;

    /// <summary>Where it is and as whom, without the password.</summary>
    public override string Description => $"{_address.Username}@{_address.Host}:{_address.Port}/{_address.Database ?? _address.Username}";

    /// <summary>Refuses a database that <see cref="PostgresSchema"/> has not prepared for this build; changes nothing.</summary>
    public override void Prepare()
    {
        try
        {
            using var connection = Connect();
            connection.Open();
            PostgresSchema.Require(connection, Description);
        }
        catch (NpgsqlException failure)
        {
            throw Explain(failure)!;
        }
    }

    public override ValueTask<DbTransaction> BeginReadingAsync(DbConnection connection, CancellationToken cancellationToken) =>
        connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);

    public override async ValueTask<DbTransaction> BeginAloneAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = Command(connection, "LOCK TABLE grain_state, catalog, access_token IN SHARE ROW EXCLUSIVE MODE; SELECT lock_audit()");
        await command.ExecuteNonQueryAsync(cancellationToken);
        return transaction;
    }

    public override string OwnNumbers => "OVERRIDING SYSTEM VALUE";

    public override async Task CountOnAsync(DbConnection connection, string table, string column, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, $"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) FROM {table}");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public override string TextAt(string column, params IEnumerable<string> path) => $"{column}::json #>> '{JsonPath(path)}'";

    public override string HasEntry(string column, IEnumerable<string> path, string member, string parameter) =>
        $"{column}::jsonb #> '{JsonPath(path)}' @> jsonb_build_array(jsonb_build_object('{member}', {parameter}::text))";

    public override HermesException? Explain(Exception failure)
    {
        if (failure is not NpgsqlException database)
        {
            return null;
        }

        var sentence = $"The database {Description} cannot be used: {database.Message.TrimEnd('.')}.";
        var hint = database.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "Look at user and password in the connection string.",
            PostgresErrorCodes.InvalidCatalogName => "Create the database, then prepare it with 'hermes cluster init'.",
            PostgresErrorCodes.InsufficientPrivilege => "Give this role its rights: 'hermes cluster init --role ROLE', as the owner of the database.",
            PostgresErrorCodes.DiskFull => "Make room on the disk of the database server.",
            PostgresErrorCodes.TooManyConnections => "Allow more connections on the server (max_connections), or fewer here (Maximum Pool Size in the connection string).",
            _ => "Look whether the server runs and can be reached, then repeat the command.",
        };
        return Away.IsSilent(database) ? Silence.Refusal(sentence, hint) : new HermesException(sentence, hint: hint) { IsPassing = Away.Is(database) };
    }

    private static string JsonPath(IEnumerable<string> names) => $"{{{string.Join(',', names)}}}";

    // A path is a socket of this machine.
    private static bool IsHere(string host) => host.StartsWith('/') || host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    protected override DbConnection Connect() => new NpgsqlConnection(ConnectionString);
}
