using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Cli.Output;

/// <summary>What <c>blobs check --json</c> prints.</summary>
internal sealed record BlobCheckDocument(int Blobs, long Bytes, IReadOnlyList<BlobProblem> Problems);
