using System.Data.Common;
using Hermes.Grains.Interfaces;

namespace Hermes.Grains.Seams;

/// <summary>
/// Recognises that something which actors need is away for a while: database, blob store, broker, or the silo of another actor. Whoever meets that tries again
/// with growing pauses, gives nothing up for it and counts it against nobody.
/// </summary>
public static class Away
{
    // SQLSTATE of a server that ends or has crashed: admin_shutdown and crash_shutdown.
    private static readonly string[] Ended = ["57P01", "57P02"];

    // What a server lets nobody do while somebody works on it, such as rights that are being given anew, is no fault of the request either: invalid_password,
    // invalid_authorization_specification, invalid_catalog_name and insufficient_privilege.
    private static readonly string[] Refused = ["28P01", "28000", "3D000", "42501"];

    /// <summary>Whether <paramref name="error"/> says so.</summary>
    public static bool Is(Exception error) => error switch
    {
        HermesException told => told.IsPassing,

        // What storage throws while an actor awakes is told by nobody.
        DbException database when IsSilent(database) || Refused.Contains(database.SqlState) => true,
        TimeoutException or OrleansMessageRejectionException => true,
        { InnerException: { } inner } => Is(inner),
        _ => false,
    };

    /// <summary>Whether a database is away by itself, so that an answer may come by itself.</summary>
    public static bool IsSilent(DbException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.IsTransient || Ended.Contains(error.SqlState);
    }
}
