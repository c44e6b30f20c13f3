using System.Globalization;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Hosting;
using Hermes.Model.Runtime;
using Hermes.Model.Training;
using TorchSharp;

namespace Hermes.Worker.Commands;

/// <summary>libtorch as a worker loads it.</summary>
internal static class Libtorch
{
    /// <summary>Loads it, once per process.</summary>
    /// <param name="choice">Which one.</param>
    /// <param name="device">cpu or cuda:N.</param>
    /// <param name="threads">Processor threads for tensor work.</param>
    /// <param name="calibrations">What was measured of processors before; null where nothing is to be measured.</param>
    /// <exception cref="InvalidOperationException">It is not taken or cannot be loaded, the device is missing, or it computes wrongly here.</exception>
    public static (TorchRuntimeState Runtime, WorkerDevice Found) Load(LibtorchChoice choice, string device, int threads, Calibrations? calibrations = null)
    {
        var folder = Checked(choice, device);
        var runtime = TorchRuntime.Initialize(
            new TorchRuntimeOptions
            {
                Device = device,
                Threads = threads,
                MixedPrecision = true,
                BFloat16PaysOff = device == DeviceKinds.Cpu ? null : GraphicsCard.HasBFloat16(device),
                Calibrations = calibrations,
                LibraryFolder = folder,
                UnverifiedLibrary = choice.Unverified,
            },
            Console.Error.WriteLine);
        var precision = runtime.Precision == ConvolutionPrecision.Mixed ? "bf16" : "fp32";
        var library = TorchLibrary.Load();
        var found = new WorkerDevice(device, runtime.Threads, precision, library.Version)
        {
            LibraryFolder = library.Folder,
            Devices = Devices(),
            BFloat16Share = runtime.Calibration?.BFloat16Share,
            Allocator = runtime.Allocator,
        };
        return (runtime, found);
    }

    /// <summary>The folder that is loaded, after its library was asked in a child process; null for the packaged one.</summary>
    private static string? Checked(LibtorchChoice choice, string device)
    {
        var folder = choice.Find();
        if (LibtorchChoice.IsPackaged(folder))
        {
            return null;
        }

        var library = AskLibtorchCommand.Ask(folder!).Library;
        if (!TorchLibrary.IsExpected(library.Version))
        {
            if (!choice.Unverified)
            {
                throw new InvalidOperationException(TorchLibrary.WhyNot(library));
            }

            RequireParity(library, device);
        }

        return library.Folder;
    }

    private static void RequireParity(TorchLibraryState library, string device)
    {
        var unfit = $"The libtorch in {library.Folder} is version {library.Version}, {TorchLibrary.PackagedVersion} was expected, and it does not take its place:";
        try
        {
            var expected = AskLibtorchCommand.Ask(TorchLibrary.PackagedFolder, DeviceKinds.Cpu).Parity!;
            var found = AskLibtorchCommand.Ask(library.Folder, device).Parity!;
            var difference = ParityPass.Difference(expected, found);
            if (!(difference <= ParityPass.Tolerance))
            {
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"a pass forward and back differs by {difference:g2} of the largest number, at most {ParityPass.Tolerance} is allowed."));
            }

            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"libtorch {library.Version} in {library.Folder} is used unverified in place of {TorchLibrary.PackagedVersion}: a pass forward and back differs by {difference:g2}."));
        }
        catch (InvalidOperationException broken)
        {
            throw new InvalidOperationException($"{unfit} {broken.Message}", broken);
        }
    }

    private static IReadOnlyList<FoundDevice> Devices()
    {
        var cards = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        return
        [
            new FoundDevice(DeviceKinds.Cpu, DeviceMemory.Find(DeviceKinds.Cpu), null),
            .. Enumerable.Range(0, cards).Select(number => $"{DeviceKinds.Cuda}:{number}").Select(card => new FoundDevice(card, DeviceMemory.Find(card), GraphicsCard.Model(card))),
        ];
    }
}
