using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Packages;

namespace Hermes.Grains.Runs;

/// <summary>What the package of a trunk says of itself; its weights are for workers.</summary>
internal static class TrunkPackage
{
    /// <summary>How a trunk was trained, not verified, for whoever counts with it; null when its package cannot be read.</summary>
    /// <exception cref="HermesException">The store does not answer.</exception>
    public static async Task<TrainingConfiguration?> TrunkConfigurationAsync(this IBlobStore blobs, BlobRef package, CancellationToken cancellationToken)
    {
        try
        {
            var prefix = await blobs.ReadRangeAsync(package, 0, (int)Math.Min(SafetensorsHeader.PrefixBytes, package.Length), cancellationToken);
            var length = SafetensorsHeader.Length(prefix, package.Length, package.Sha256);
            var json = await blobs.ReadRangeAsync(package, prefix.Length, length, cancellationToken);
            var header = SafetensorsHeader.Parse(json, package.Length - prefix.Length - length, package.Sha256);
            return ModelDescription.Of(header, package.Sha256).TrainingConfiguration();
        }
        catch (Exception damage) when (damage is HermesException { IsPassing: false } or InvalidDataException)
        {
            return null;
        }
    }
}
