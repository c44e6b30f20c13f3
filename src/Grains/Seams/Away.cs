using System.Data.Common;
using Hermes.Grains.Interfaces;

namespace Hermes.Grains.Seams;

/// <summary>
/// Recognises that something which actors need is away for a while: database, blob store, broker, or the silo of another actor. Whoever meets that tries again
/// with growing pauses, gives nothing up for it and counts it against nobody.
/// </summary>
public static class Away
{
    /// <summary>Whether <paramref name="error"/> says so.</summary>
    public static bool Is(Exception error) => error switch
    {
        HermesException told => told.IsPassing,

        // What storage throws while an actor awakes is told by nobody.
        DbException { IsTransient: true } or TimeoutException => true,
        { InnerException: { } inner } => Is(inner),
        _ => error is OrleansMessageRejectionException,
    };
}
