using static TorchSharp.torch;

namespace Hermes.Model.Runtime;

/// <summary>What was made in this process's memory, where it is computed with.</summary>
internal static class HostCopy
{
    /// <summary>
    /// The same values on a device. To an accelerator they go from pinned memory, which it reads for itself when it comes to that; for other memory the host would wait
    /// until the device has done everything before.
    /// </summary>
    /// <param name="here">A CPU tensor, which is given up.</param>
    /// <param name="device">The device.</param>
    public static Tensor On(this Tensor here, Device device)
    {
        if (device.type == TorchSharp.DeviceType.CPU)
        {
            return here;
        }

        using (here)
        {
            // libtorch keeps the pinned memory until the copy has been made.
            using var pinned = here.pin_memory();
            return pinned.to(device, non_blocking: true);
        }
    }
}
