namespace Hermes.Grains.Interfaces.Platform;

/// <summary>What <c>hermes-silo check</c> says of a data directory, as JSON.</summary>
/// <param name="DatabaseProblem">What is wrong with the database, if anything.</param>
/// <param name="Entries">Rows of the catalog; null when there is no database yet.</param>
/// <param name="BlobProblem">What is wrong with the folder of the blobs, if anything.</param>
public sealed record StoreReport(string? DatabaseProblem, long? Entries, string? BlobProblem);
