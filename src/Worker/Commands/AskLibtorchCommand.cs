using System.CommandLine;
using System.Text.Json;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Hosting;
using Hermes.Model.Runtime;
using Hermes.Model.Training;
using TorchSharp;

namespace Hermes.Worker.Commands;

/// <summary>
/// <c>ask-libtorch</c>: loads a libtorch and says which version it is, or what it computes. In a process of its own, because a library that does not fit may end it.
/// </summary>
internal static class AskLibtorchCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "The folder of the libtorch." };
        var parity = new Option<string?>("--parity") { Description = "Also compute a small network's pass forward and back, on this device: cpu or cuda:N." };
        var command = new Command("ask-libtorch", "Says which version the libtorch in a folder is, and what it computes, as JSON.") { folder, parity };
        command.SetAction(parsed =>
        {
            ParentWatch.Start(parsed.GetValue(ParentWatch.Option));
            try
            {
                var said = Answer(parsed.GetRequiredValue(folder), parsed.GetValue(parity));
                Console.WriteLine(JsonSerializer.Serialize(said, WorkOrderJson.Options));
                return 0;
            }
            catch (Exception unusable) when (unusable is InvalidOperationException or System.Runtime.InteropServices.ExternalException or ArgumentException)
            {
                Console.Error.WriteLine($"error: {unusable.Message.ReplaceLineEndings(" ")}");
                return 1;
            }
        });
        return command.EndingWithParent();
    }

    /// <summary>Asks in a child process.</summary>
    /// <param name="folder">The folder of the libtorch.</param>
    /// <param name="parity">The device on which a pass is computed; null for none.</param>
    /// <exception cref="InvalidOperationException">There is none, or it broke.</exception>
    public static LibtorchAnswer Ask(string folder, string? parity = null)
    {
        try
        {
            return ChildProgram.AskAsync<LibtorchAnswer>(
                PlatformProgram.Worker,
                ["ask-libtorch", folder, .. parity is null ? Array.Empty<string>() : ["--parity", parity], ParentWatch.Option.Name],
                WorkOrderJson.Options,
                Patience,
                CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (HermesException broken)
        {
            throw new InvalidOperationException(broken.Message, broken);
        }
    }

    private static LibtorchAnswer Answer(string folder, string? parity)
    {
        if (parity is null)
        {
            return new LibtorchAnswer(TorchLibrary.Ask(folder), null);
        }

        TorchRuntime.Initialize(new TorchRuntimeOptions { Device = parity, Threads = 1, LibraryFolder = folder, UnverifiedLibrary = true });
        return new LibtorchAnswer(TorchLibrary.Load(), Pass(parity));
    }

    // By itself: it needs libtorch to be loaded.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static ParityNumbers Pass(string device) => ParityPass.Run(torch.device(device));
}

/// <summary>What a libtorch said.</summary>
/// <param name="Library">Where it lies, and its version.</param>
/// <param name="Parity">What it computed, if it was asked to.</param>
internal sealed record LibtorchAnswer(TorchLibraryState Library, ParityNumbers? Parity);
