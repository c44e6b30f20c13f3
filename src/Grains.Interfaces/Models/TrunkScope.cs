namespace Hermes.Grains.Interfaces.Models;

/// <summary>What learns when a new trunk is made after the manner of another.</summary>
[GenerateSerializer]
public enum TrunkScope
{
    /// <summary>All of it, from the other's weights on.</summary>
    Full = 0,

    /// <summary>All but the convolutions on the way down, from the other's weights on.</summary>
    Decoder = 1,

    /// <summary>All of it, from nothing: what a network of its own would be.</summary>
    Fresh = 2,
}
