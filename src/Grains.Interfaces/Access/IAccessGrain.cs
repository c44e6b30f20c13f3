namespace Hermes.Grains.Interfaces.Access;

/// <summary>Who may do what: tokens of people and services. Stateless; the key is 0.</summary>
[Alias("hermes.IAccessGrain"), Needs(Role.Administrator)]
public interface IAccessGrain : IGrainWithIntegerKey
{
    /// <summary>Makes a token for somebody who has none.</summary>
    /// <returns>The token, which is told this once and stored nowhere.</returns>
    /// <exception cref="HermesException">The name has a token already, or cannot be a name.</exception>
    [Alias("CreateAsync")]
    Task<string> CreateAsync(string name, Role role, CancellationToken cancellationToken = default);

    /// <summary>Everybody who has or had a token, in the order of their names.</summary>
    [Alias("ListAsync"), Needs(Role.Administrator, Reads = true)]
    Task<IReadOnlyList<AccessEntry>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes a token back, for ever.</summary>
    /// <exception cref="HermesException">Nobody of that name has a token.</exception>
    [Alias("WithdrawAsync")]
    Task<AccessEntry> WithdrawAsync(string name, CancellationToken cancellationToken = default);
}

/// <summary>A token that was given to somebody.</summary>
/// <param name="Name">To whom.</param>
/// <param name="Role">What it allows.</param>
/// <param name="Serial">Tells this token from others of the same name.</param>
/// <param name="Created">When.</param>
/// <param name="Withdrawn">When it was taken back; null while it is good.</param>
[GenerateSerializer, Immutable, Alias("hermes.AccessEntry")]
public sealed record AccessEntry(
    [property: Id(0)] string Name,
    [property: Id(1)] Role Role,
    [property: Id(2)] string Serial,
    [property: Id(3)] DateTimeOffset Created,
    [property: Id(4)] DateTimeOffset? Withdrawn);
