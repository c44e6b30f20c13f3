using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Hermes.Grains.Interfaces;

namespace Hermes.Silo.Storage;

/// <summary>Where the actors' states and the catalog are: a file of the embedded platform, or a server that the silos of a cluster share.</summary>
internal abstract class Database
{
    /// <summary>What Orleans' ADO.NET providers call this kind of database.</summary>
    public abstract string Invariant { get; }

    /// <summary>How it is reached; may hold a password, so it is not shown.</summary>
    public abstract string ConnectionString { get; }

    /// <summary>Where it is, without a password.</summary>
    public abstract string Description { get; }

    /// <summary>Makes sure that it can be used as this build expects it.</summary>
    /// <exception cref="HermesException">It cannot.</exception>
    public abstract void Prepare();

    /// <summary>A connection of the pool.</summary>
    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = Connect();
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <summary>Begins to read: everything as it is at the first question, however long that takes.</summary>
    public abstract ValueTask<DbTransaction> BeginReadingAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Begins to write states, catalog and tokens while nobody else does.</summary>
    public abstract ValueTask<DbTransaction> BeginAloneAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>What an INSERT says that brings numbers which the database would give otherwise.</summary>
    public abstract string OwnNumbers { get; }

    /// <summary>Has the database go on after the highest number that was brought to it.</summary>
    public abstract Task CountOnAsync(DbConnection connection, string table, string column, CancellationToken cancellationToken);

    /// <summary>An expression: the text at a path in a column that holds JSON.</summary>
    public abstract string TextAt(string column, params IEnumerable<string> path);

    /// <summary>A condition: the list at a path in a column that holds JSON has an entry whose member is a parameter.</summary>
    public abstract string HasEntry(string column, IEnumerable<string> path, string member, string parameter);

    /// <summary>Tells what is wrong with the database to people who do not know its library; null when the failure is not one of the database.</summary>
    public abstract HermesException? Explain(Exception failure);

    /// <summary>As <see cref="Explain"/>, whatever the failure is wrapped in; what is told already stays as it is.</summary>
    public HermesException? Told(Exception? failure) => failure is null ? null : failure as HermesException ?? Explain(failure) ?? Told(failure.InnerException);

    /// <summary>A command with its parameters.</summary>
    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "Callers pass constants; what varies is a parameter.")]
    public static DbCommand Command(DbConnection connection, string text, params IEnumerable<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return command;
    }

    protected abstract DbConnection Connect();
}
