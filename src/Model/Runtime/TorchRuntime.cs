using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Hermes.Model.Runtime;

/// <summary>Sets up libtorch once per process, before the first tensor.</summary>
public static class TorchRuntime
{
    /// <summary>Loads the native library, sets threads and allocator, chooses the device and checks that convolutions are right.</summary>
    /// <param name="options">What is wanted.</param>
    /// <param name="log">Told, in one sentence each, what was chosen otherwise than asked.</param>
    /// <returns>What will be used.</returns>
    /// <exception cref="InvalidOperationException">The native library cannot be loaded or is another version, the device is missing, or float32 convolutions fail the self-test.</exception>
    public static TorchRuntimeState Initialize(TorchRuntimeOptions options, Action<string>? log = null)
    {
        if (options.KeepMemory && !Allocator.KeepMemory())
        {
            log?.Invoke("The C library does not let freed memory be kept; steps will be slower.");
        }

        TorchLibrary.Load(options.LibraryFolder, options.UnverifiedLibrary);
        var device = Load(options);
        set_num_threads(options.Threads ?? Environment.ProcessorCount);
        var known = options.BFloat16PaysOff ?? (device.type == TorchSharp.DeviceType.CPU ? BFloat16Speed.PaysOff : true);
        return Choose(options with { BFloat16PaysOff = known }, device, log) with { Allocator = Allocator.Other };
    }

    /// <summary>Tests the convolutions of a device and chooses their number format; where nobody knows in which it is faster, by what was measured of it.</summary>
    internal static TorchRuntimeState Choose(TorchRuntimeOptions options, Device device, Action<string>? log)
    {
        var threads = get_num_threads();
        // Cards may round what they multiply to ten bits (TF32), as PyTorch lets them.
        var isCpu = device.type == TorchSharp.DeviceType.CPU;
        if (ConvolutionSelfTest.WorstError(ScalarType.Float32, device: device) is var full && !(full < (isCpu ? 1e-4 : 5e-3)))
        {
            throw new InvalidOperationException($"This libtorch computes float32 convolutions wrongly on {(isCpu ? "this processor" : device.ToString())} (relative error {full:g2}).");
        }

        if (!options.MixedPrecision)
        {
            return new TorchRuntimeState(device, ConvolutionPrecision.Full, threads);
        }

        var calibration = options.BFloat16PaysOff is null ? options.Calibrations?.Of(ProcessorKind.Name, log) : null;
        if (!(options.BFloat16PaysOff ?? calibration?.BFloat16PaysOff ?? false))
        {
            log?.Invoke($"{(isCpu ? "This processor" : device.ToString())} is faster in float32 than in bfloat16; float32 is used.");
            return new TorchRuntimeState(device, ConvolutionPrecision.Full, threads, calibration);
        }

        if (ConvolutionSelfTest.WorstError(ScalarType.BFloat16, device: device) is var mixed && !(mixed < 0.02))
        {
            log?.Invoke($"Bfloat16 convolutions fail the self-test (relative error {mixed:g2}); float32 is used.");
            return new TorchRuntimeState(device, ConvolutionPrecision.Full, threads, calibration);
        }

        return new TorchRuntimeState(device, ConvolutionPrecision.Mixed, threads, calibration);
    }

    private static Device Load(TorchRuntimeOptions options)
    {
        try
        {
            var name = options.Device ?? (cuda.is_available() ? "cuda" : "cpu");
            if (name.StartsWith("cuda", StringComparison.Ordinal) && !cuda.is_available())
            {
                throw new InvalidOperationException(
                    $"Device '{name}' was asked for, but this libtorch finds no CUDA device. docs/gpu.md says which libtorch can use a card.");
            }

            return device(name);
        }
        catch (Exception failure) when (failure is TypeInitializationException or NotSupportedException or DllNotFoundException or BadImageFormatException)
        {
            throw new InvalidOperationException(
                $"libtorch could not be loaded on {RuntimeInformation.OSDescription} ({RuntimeInformation.RuntimeIdentifier}); linux-x64 with glibc is expected: {failure.GetBaseException().Message}", failure);
        }
    }
}
