using Hermes.Grains.Interfaces.Access;

namespace Hermes.Grains.Interfaces.Blobs;

/// <summary>Has what nothing refers to removed from a site's blob store once a day, however many silos ask for it. Key: the site.</summary>
[Alias("hermes.IBlobCollectorGrain"), Needs(Role.Silo)]
public interface IBlobCollectorGrain : IGrainWithStringKey
{
    /// <summary>Removes it, unless that was done to its end since <paramref name="since"/>. A large store takes long; after 11 hours it is given up.</summary>
    /// <exception cref="HermesException">A list that says what is referred to is missing or damaged; nothing was removed.</exception>
    [Alias("CollectAsync")]
    [ResponseTimeout("12:00:00")]
    Task CollectAsync(DateTimeOffset since, CancellationToken cancellationToken = default);
}
