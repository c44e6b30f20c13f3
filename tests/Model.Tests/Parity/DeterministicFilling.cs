using Hermes.Model.Network;
using TorchSharp;
using static TorchSharp.torch;

namespace Hermes.Model.Tests.Parity;

/// <summary>Values that anybody can make again (docs/method.md, Parity): a hash of the tensor's number and the element's.</summary>
internal static class DeterministicFilling
{
    /// <summary>Numbers in [0, 1) for element after element of a tensor.</summary>
    public static IEnumerable<double> Units(uint tensor)
    {
        for (uint element = 0; ; element++)
        {
            yield return Unit(tensor, element);
        }
    }

    /// <summary>Values in [-scale, scale) of the shape; float64, but rounded to float32 as the parameters of the reference were.</summary>
    public static Tensor Signed(uint tensor, double scale, params long[] shape) => Signed(tensor, 0, scale, shape);

    /// <summary>Overwrites every parameter, in the order of the official state dict.</summary>
    public static void Fill(HermesNetwork network)
    {
        foreach ((var number, var parameter) in network.NamedParameters().Index())
        {
            using var scope = NewDisposeScope();
            var shape = parameter.Shape;
            var isVector = shape.Length == 1;
            var scale = isVector ? 0.1 : Math.Sqrt(3.0 * shape[0] / shape.Aggregate(1L, (count, axis) => count * axis));
            var path = parameter.Name.Split('.');
            var isNormWeight = isVector && path[^2].Contains("norm", StringComparison.Ordinal) && path[^1] == "weight";
            parameter.Write(Signed((uint)number, isNormWeight ? 1 : 0, scale, shape));
        }
    }

    private static Tensor Signed(uint tensor, double centre, double scale, long[] shape)
    {
        var values = new double[shape.Aggregate(1L, (count, axis) => count * axis)];
        for (uint element = 0; element < values.Length; element++)
        {
            values[element] = (float)(centre + (scale * ((2 * Unit(tensor, element)) - 1)));
        }

        return torch.tensor(values, shape);
    }

    private static double Unit(uint tensor, uint element)
    {
        var h = unchecked((element * 2654435761) + (tensor * 40503) + 12345);
        h ^= h >> 15;
        h = unchecked(h * 2246822519);
        h ^= h >> 13;
        h = unchecked(h * 3266489917);
        h ^= h >> 16;
        return h / 4294967296.0;
    }
}
