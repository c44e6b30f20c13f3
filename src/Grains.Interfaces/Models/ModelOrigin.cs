namespace Hermes.Grains.Interfaces.Models;

/// <summary>Where a trunk came from that no run of this platform made.</summary>
/// <param name="File">The name of the file, without its folder.</param>
/// <param name="Sha256">Its digest.</param>
[GenerateSerializer, Immutable, Alias("hermes.ModelOrigin")]
public sealed record ModelOrigin([property: Id(0)] string File, [property: Id(1)] string Sha256)
{
    /// <summary>The model version that it was on the platform that exported it, <c>NAME@VERSION</c>; null for a checkpoint of PyTorch.</summary>
    [Id(2)] public string? Exported { get; init; }
}
