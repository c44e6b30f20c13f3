namespace Hermes.Grains.Interfaces.Blobs;

/// <summary>Names a blob by its content. Grain calls, states and events carry this, never voxels or weights.</summary>
/// <param name="Site">The site whose store holds it.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits of the SHA-256 of its bytes.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="MediaType">What it is, one of <see cref="MediaTypes"/>.</param>
[GenerateSerializer, Immutable, Alias("hermes.BlobRef")]
public sealed record BlobRef(
    [property: Id(0)] string Site,
    [property: Id(1)] string Sha256,
    [property: Id(2)] long Length,
    [property: Id(3)] string MediaType)
{
    /// <summary>Whether the digest is well formed and the length not negative.</summary>
    public bool IsWellFormed => Length >= 0 && Sha256 is { Length: 64 } && Sha256.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'));
}
