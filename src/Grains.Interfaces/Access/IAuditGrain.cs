namespace Hermes.Grains.Interfaces.Access;

/// <summary>Reads the record of who did what. Stateless; the key is 0.</summary>
[Alias("hermes.IAuditGrain")]
public interface IAuditGrain : IGrainWithIntegerKey
{
    /// <summary>The most records of one answer.</summary>
    const int MostAtOnce = 1000;

    /// <summary>The newest records that a search finds, newest first.</summary>
    /// <param name="search">What is looked for.</param>
    /// <param name="before">Only records with a smaller number; null from the newest.</param>
    /// <param name="limit">At most this many, 1 to <see cref="MostAtOnce"/>.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    [Alias("ListAsync"), Needs(Role.Administrator, Reads = true)]
    Task<IReadOnlyList<AuditRecord>> ListAsync(AuditSearch search, long? before = null, int limit = 200, CancellationToken cancellationToken = default);
}

/// <summary>How something ended that somebody asked for.</summary>
[GenerateSerializer]
public enum AuditOutcome
{
    /// <summary>It is not known: it is under way, or the silo went away before it could say.</summary>
    Unknown = 0,

    /// <summary>It was done.</summary>
    Done = 1,

    /// <summary>It was refused, and nothing was changed.</summary>
    Refused = 2,

    /// <summary>It failed in a way that was not foreseen.</summary>
    Failed = 3,
}

/// <summary>One thing that somebody asked for which changes something.</summary>
/// <param name="Number">Grows from record to record.</param>
/// <param name="At">When it was asked.</param>
/// <param name="Who">The name of the token; after it <see cref="For"/> and the name of the person for whom its bearer says to act, if for another.</param>
/// <param name="Role">What the token allows.</param>
/// <param name="What">What was asked, such as <c>start</c>.</param>
/// <param name="Kind">Of what kind of thing, such as <c>run</c>.</param>
/// <param name="Name">Of which one.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Why it did not end well.</param>
[GenerateSerializer, Immutable, Alias("hermes.AuditRecord")]
public sealed record AuditRecord(
    [property: Id(0)] long Number,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string Who,
    [property: Id(3)] Role Role,
    [property: Id(4)] string What,
    [property: Id(5)] string Kind,
    [property: Id(6)] string Name,
    [property: Id(7)] AuditOutcome Outcome,
    [property: Id(8)] string? Reason)
{
    /// <summary>What stands between a service and the person for whom it acts.</summary>
    public const string For = " for ";
}

/// <summary>What is looked for in the record; what is null is not looked at.</summary>
/// <param name="Who">By whom, or for whom.</param>
/// <param name="Kind">On what kind of thing.</param>
/// <param name="Name">On which one.</param>
/// <param name="Since">Asked then or later.</param>
/// <param name="Until">Asked before.</param>
/// <param name="Outcome">How it ended.</param>
[GenerateSerializer, Immutable, Alias("hermes.AuditSearch")]
public sealed record AuditSearch(
    [property: Id(0)] string? Who = null,
    [property: Id(1)] string? Kind = null,
    [property: Id(2)] string? Name = null,
    [property: Id(3)] DateTimeOffset? Since = null,
    [property: Id(4)] DateTimeOffset? Until = null,
    [property: Id(5)] AuditOutcome? Outcome = null);
