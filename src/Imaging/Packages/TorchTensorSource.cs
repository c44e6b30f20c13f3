namespace Hermes.Imaging.Packages;

/// <summary>A tensor to be written.</summary>
/// <param name="Name">Its key in the state dict, unique there.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
/// <param name="Write">Called once, when its turn to be written comes: writes the little-endian bytes in row-major order.</param>
public sealed record TorchTensorSource(string Name, TorchElementType Type, IReadOnlyList<long> Shape, Action<Stream> Write);
