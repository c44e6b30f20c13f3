using Hermes.Imaging.Configuration;
using Hermes.Model.Network;
using static TorchSharp.torch;

namespace Hermes.Model.Training;

/// <summary>
/// A pass through a small network and back whose numbers two libraries, or two devices, must agree on. Weights and image come from .NET's own generator, so they are the
/// same whatever library computes with them.
/// </summary>
public static class ParityPass
{
    /// <summary>By how much float32 may differ, against the largest number of its kind: the order of sums is the library's.</summary>
    public const double Tolerance = 1e-3;

    private const int Axis = 32;

    // Mask logits that are compared, of 2 x 32^3.
    private const int Stride = 1021;

    /// <summary>Computes it in float32.</summary>
    /// <param name="device">Where.</param>
    public static ParityNumbers Run(Device device)
    {
        using var scope = NewDisposeScope();
        // Tensor cores would round inputs to ten bits, which training allows itself and a comparison cannot.
        (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32) = (false, false);
        var random = new Random(29);
        using var generator = new Generator(29);
        using var network = HermesNetwork.Create(TrainingConfiguration.Preset("tiny").Network, new PriorVocabulary(["a", "b"], ["ct"]), generator, device);
        foreach (var parameter in network.NamedParameters())
        {
            var shape = parameter.Shape;
            var count = shape.Aggregate(1L, (product, axis) => product * axis);
            // Scales by which maps neither vanish nor grow on their way; a norm's weights are about one.
            var (centre, scale) = shape.Length > 1 ? (0, Math.Sqrt(3.0 * shape[0] / count)) : (parameter.Name.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0, 0.1);
            parameter.Write(Uniform(random, count, centre, scale).reshape(shape).to(device));
        }

        var image = Uniform(random, Axis * Axis * Axis, 0, 1).reshape(1, 1, Axis, Axis, Axis).to(device);
        var output = network.Forward(image, Prompt.For(["a", "b"], "ct"));
        var loss = output.MaskLogits.sigmoid().mean() + output.ModalityLogits!.square().mean();
        loss.backward();
        var logits = output.MaskLogits.narrow(1, 0, 2).detach().cpu().flatten();
        return new ParityNumbers(
            loss.item<float>(),
            [.. Enumerable.Range(0, (int)(logits.shape[0] / Stride)).Select(i => logits[i * Stride].item<float>())],
            [.. network.NamedParameters().Select(p => p.Gradient() is { } gradient ? gradient.norm().item<float>() : 0)]);
    }

    /// <summary>The largest difference of two passes, as a part of the largest number of its kind; infinite if a number is none, or the networks differ.</summary>
    public static double Difference(ParityNumbers expected, ParityNumbers found)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(found);
        return new[] { Worst([expected.Loss], [found.Loss]), Worst(expected.Logits, found.Logits), Worst(expected.Gradients, found.Gradients) }.Max();

        static double Worst(IReadOnlyList<float> expected, IReadOnlyList<float> found)
        {
            var scale = expected.Select(Math.Abs).DefaultIfEmpty(0).Max();
            return expected.Count == found.Count && scale > 0 && expected.Concat(found).All(float.IsFinite)
                ? expected.Zip(found, (a, b) => Math.Abs((double)a - b) / scale).Max()
                : double.PositiveInfinity;
        }
    }

    private static Tensor Uniform(Random random, long count, double centre, double scale)
    {
        var values = new float[count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(centre + (scale * ((2 * random.NextDouble()) - 1)));
        }

        return tensor(values);
    }
}

/// <summary>What <see cref="ParityPass"/> computed.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Logits">Some of the mask logits.</param>
/// <param name="Gradients">The norm of every parameter's gradient, in the order of the official state dict.</param>
public sealed record ParityNumbers(float Loss, IReadOnlyList<float> Logits, IReadOnlyList<float> Gradients);
