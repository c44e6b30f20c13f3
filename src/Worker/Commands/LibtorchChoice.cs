using System.CommandLine;
using Hermes.Hosting;
using Hermes.Model.Runtime;

namespace Hermes.Worker.Commands;

/// <summary>Which libtorch a worker is to load.</summary>
/// <param name="Folder">Its folder, <see cref="Auto"/>, or null for the packaged one.</param>
/// <param name="Unverified">Whether another version than the packaged one is taken, if it computes the same.</param>
internal sealed record LibtorchChoice(string? Folder, bool Unverified)
{
    /// <summary>Stands for the libtorch of the PyTorch that python3 imports.</summary>
    public const string Auto = "auto";

    private const string Variable = "HERMES_LIBTORCH", UnverifiedVariable = "HERMES_LIBTORCH_UNVERIFIED";
    private static readonly TimeSpan ImportPatience = TimeSpan.FromMinutes(1);

    private static readonly Option<string?> InFolder = new("--libtorch")
    {
        Description = $"The folder of an existing PyTorch's native libraries, such as .../site-packages/torch/lib, or {Auto} for that of the PyTorch that python3 imports; the packaged libtorch when not given.",
        HelpName = "DIR|auto",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : null,
    };

    private static readonly Option<bool> AnyVersion = new("--libtorch-unverified")
    {
        Description = "Take a libtorch of another version than the packaged one, if a small network's pass forward and back gives the same numbers with both.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(UnverifiedVariable) == "yes",
    };

    public static void AddTo(Command command)
    {
        command.Options.Add(InFolder);
        command.Options.Add(AnyVersion);
    }

    public static LibtorchChoice From(ParseResult parsed) => new(parsed.GetValue(InFolder), parsed.GetValue(AnyVersion));

    /// <summary>The folder; null for the packaged one.</summary>
    /// <exception cref="InvalidOperationException">python3 imports no PyTorch.</exception>
    public string? Find()
    {
        if (Folder != Auto)
        {
            return Folder;
        }

        // Where it lies is the distribution's matter: below the package for pip, in the system's folder of libraries for Debian. What is loaded tells.
        const string Where = "import torch; print(next(line[line.index('/'):].strip() for line in open('/proc/self/maps') if '/libtorch_cpu.' in line))";
        try
        {
            var (code, lines) = ChildProgram.AskAsync("python3", ["-c", Where], ImportPatience, CancellationToken.None).GetAwaiter().GetResult();
            return code == 0 && Path.GetDirectoryName(lines[0].Trim()) is { Length: > 0 } folder
                ? folder
                : throw new InvalidOperationException(
                    $"python3 imports no PyTorch (code {code}). Name the folder of its native libraries with {InFolder.Name} or {Variable}, or put the python3 that has one first on the PATH.");
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException(
                $"python3 did not import PyTorch within {ImportPatience.TotalSeconds:0} s. Name the folder of its native libraries with {InFolder.Name} or {Variable}.");
        }
    }

    /// <summary>Whether a folder is that of the packaged one.</summary>
    public static bool IsPackaged(string? folder) => folder is null || Path.GetFullPath(folder) == Path.GetFullPath(TorchLibrary.PackagedFolder);
}
