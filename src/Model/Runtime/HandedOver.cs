using static TorchSharp.torch;

namespace Hermes.Model.Runtime;

/// <summary>
/// The gradients handed to libtorch last. Libtorch copies their handles after the callback has returned, so they cannot be disposed there;
/// left to a dispose scope, the gradients of a whole backward pass would stay in memory.
/// </summary>
internal static class HandedOver
{
    [ThreadStatic]
    private static Tensor[]? t_gradients;

    /// <summary>Lets the earlier ones go and returns these as a backward callback must.</summary>
    public static List<Tensor> Keep(params Tensor[] gradients)
    {
        foreach (var earlier in t_gradients ?? [])
        {
            earlier.Dispose();
        }

        t_gradients = [.. gradients.Select(gradient => gradient.DetachFromDisposeScope())];
        return [.. t_gradients];
    }
}
