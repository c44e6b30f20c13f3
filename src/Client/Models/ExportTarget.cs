using Hermes.Grains.Interfaces;

namespace Hermes.Client.Models;

/// <summary>As which file a model is given out.</summary>
/// <param name="Path">Where.</param>
/// <param name="Form">As what.</param>
public sealed record ExportTarget(string Path, ExportForm Form)
{
    /// <summary>What a name asks for by its ending.</summary>
    /// <exception cref="HermesException">It has another ending.</exception>
    public static ExportTarget Of(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return System.IO.Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".safetensors" => new ExportTarget(path, ExportForm.Safetensors),
            ".pth" or ".pt" => new ExportTarget(path, ExportForm.Torch),
            "" => new ExportTarget(path, ExportForm.Folder),
            var other => throw new HermesException(
                $"{path} ends in {other}.", path, "Name a file that ends in .safetensors or .pth, or a folder, without an ending."),
        };
    }
}

/// <summary>The forms of an exported model.</summary>
public enum ExportForm
{
    /// <summary>One file with trunk and branches, which says everything itself.</summary>
    Safetensors,

    /// <summary>A checkpoint of PyTorch with the keys of the official implementation: the trunk, with at most one branch in place.</summary>
    Torch,

    /// <summary>A folder with the first and, in <c>model.json</c>, what it says and its digest.</summary>
    Folder,
}
