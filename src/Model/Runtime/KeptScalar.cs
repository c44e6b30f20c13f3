using TorchSharp;
using static TorchSharp.torch;

namespace Hermes.Model.Runtime;

/// <summary>
/// Numbers for tensor operations, held for ever. TorchSharp hands a scalar's native memory to libtorch without keeping the scalar alive,
/// so one made on the fly may be finalised while libtorch reads it: seen as "Expected false to be true" out of Scalar.h after hundreds of
/// steps, and in principle as a wrong number. Even the sum of two tensors makes one. What runs in every step takes its scalars from here.
/// </summary>
internal static class KeptScalar
{
    private static readonly Scalar One = 1;

    /// <summary>The sum of two tensors.</summary>
    public static Tensor Plus(this Tensor left, Tensor right) => left.add(right, One);
}
