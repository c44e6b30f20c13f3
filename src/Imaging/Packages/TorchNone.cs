namespace Hermes.Imaging.Packages;

/// <summary>Nothing, where something might be: the weight average of a training that kept none.</summary>
public sealed record TorchNone : TorchValue
{
    /// <summary>The only one that is needed.</summary>
    public static TorchNone Instance { get; } = new();
}
