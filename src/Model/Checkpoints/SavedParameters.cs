using Hermes.Imaging.Packages;
using Hermes.Model.Network;
using static TorchSharp.torch;

namespace Hermes.Model.Checkpoints;

/// <summary>Parameters in files, under their official names.</summary>
internal static class SavedParameters
{
    /// <summary>Fills parameters with the tensors <paramref name="prefix"/>NAME of a file.</summary>
    /// <exception cref="InvalidDataException">One is missing, or has another type or shape.</exception>
    public static void Fill(this IEnumerable<NetworkParameter> parameters, SafetensorsFile file, string prefix = "")
    {
        foreach (var parameter in parameters)
        {
            using var scope = NewDisposeScope();
            parameter.Write(tensor(file.Floats(prefix + parameter.Name, parameter.Shape), parameter.Shape));
        }
    }

    /// <summary>Refuses a file that lacks one of the parameters, or has it in another type or shape; nothing is read.</summary>
    /// <exception cref="InvalidDataException">It does.</exception>
    public static void Require(this IEnumerable<NetworkParameter> parameters, SafetensorsFile file)
    {
        foreach (var parameter in parameters)
        {
            file.RequireFloats(parameter.Name, parameter.Shape);
        }
    }

    /// <summary>Writes the averaged weights of a checkpoint into a file of their own.</summary>
    public static WrittenFile Publish(SafetensorsFile checkpoint, string path, IReadOnlyDictionary<string, string> metadata) => SafetensorsWriter.Write(
        path,
        metadata,
        [
            .. checkpoint.Tensors.Values.Where(entry => entry.Name.StartsWith(CheckpointState.Average, StringComparison.Ordinal)).OrderBy(entry => entry.Begin)
                .Select(entry => new SafetensorsTensor(entry.Name[CheckpointState.Average.Length..], entry.Type, entry.Shape, take => take(checkpoint.Read(entry.Name)))),
        ]);
}
