namespace Hermes.Model.Checkpoints;

/// <summary>The raw little-endian bytes of a tensor.</summary>
public delegate ReadOnlySpan<byte> TensorBytes();

/// <summary>A tensor to be written.</summary>
/// <param name="Name">Its name, unique in the file.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Bytes">Called once, when its turn to be written comes.</param>
public sealed record SafetensorsTensor(string Name, SafetensorsType Type, IReadOnlyList<long> Shape, TensorBytes Bytes);
