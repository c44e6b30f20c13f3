using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Dashboard.Administration;

/// <summary>What pages do for whoever looks after the platform, if that is who is at the browser.</summary>
internal interface IAdministrationActions
{
    /// <summary>Makes a token for a person or service.</summary>
    /// <returns>The token, which nobody can be told again.</returns>
    Task<string> CreateTokenAsync(string name, Role role, CancellationToken cancellationToken);

    /// <summary>Takes a token back, for ever.</summary>
    Task WithdrawTokenAsync(string name, CancellationToken cancellationToken);

    /// <summary>Compares every blob with its digest.</summary>
    /// <param name="told">Told of every stretch of the store.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    Task CheckBlobsAsync(Action<BlobCheck> told, CancellationToken cancellationToken);

    /// <summary>Removes the blobs that nothing refers to, or only counts them.</summary>
    Task<BlobCollection> CollectBlobsAsync(bool dryRun, CancellationToken cancellationToken);
}
