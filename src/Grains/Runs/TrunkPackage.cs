using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Packages;

namespace Hermes.Grains.Runs;

/// <summary>What the package of a trunk says of itself; its weights are for workers.</summary>
internal static class TrunkPackage
{
    /// <summary>How a trunk was trained; null when its package cannot be read.</summary>
    /// <exception cref="HermesException">The store does not answer.</exception>
    public static async Task<TrainingConfiguration?> TrunkConfigurationAsync(this IBlobStore blobs, BlobRef package, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await blobs.OpenAsync(package, cancellationToken);
            var prefix = new byte[SafetensorsHeader.PrefixBytes];
            var read = await stream.ReadAtLeastAsync(prefix, prefix.Length, throwOnEndOfStream: false, cancellationToken);
            var json = new byte[SafetensorsHeader.Length(prefix.AsSpan(0, read), package.Length, package.Sha256)];
            await stream.ReadExactlyAsync(json, cancellationToken);
            var header = SafetensorsHeader.Parse(json, package.Length - prefix.Length - json.Length, package.Sha256);
            return ModelDescription.Of(header, package.Sha256).TrainingConfiguration();
        }
        catch (Exception damage) when (damage is HermesException { IsPassing: false } or InvalidDataException or EndOfStreamException)
        {
            return null;
        }
    }
}
