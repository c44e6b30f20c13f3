namespace Hermes.Silo.Storage;

/// <summary>What a database says of the platform that it is of.</summary>
internal static class PlatformRow
{
    /// <summary>Which platform it is.</summary>
    public static Task<string> IdAsync(Database database, CancellationToken cancellationToken = default) => ReadAsync(database, "SELECT id FROM platform", cancellationToken);

    /// <summary>What the cluster of its silos is called; only PostgreSQL has one.</summary>
    public static Task<string> ClusterAsync(Database database, CancellationToken cancellationToken = default) => ReadAsync(database, "SELECT cluster FROM platform", cancellationToken);

    private static async Task<string> ReadAsync(Database database, string question, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = Database.Command(connection, question);
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
