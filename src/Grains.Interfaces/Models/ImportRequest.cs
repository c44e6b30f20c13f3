using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Grains.Interfaces.Models;

/// <summary>A file of weights that is to become a version of a model.</summary>
[GenerateSerializer, Immutable, Alias("hermes.ImportRequest")]
public sealed record ImportRequest
{
    /// <summary>The model.</summary>
    [Id(0)] public required string Model { get; init; }

    /// <summary>The file: a checkpoint of PyTorch (.pth), or a model that a platform exported (safetensors).</summary>
    [Id(1)] public required BlobRef File { get; init; }

    /// <summary>The file as the user named it.</summary>
    [Id(2)] public required string FileName { get; init; }

    /// <summary>What the rows of a checkpoint mean, as YAML; null for the published tasks.</summary>
    [Id(3)] public string? Tasks { get; init; }

    /// <summary>The file of <see cref="Tasks"/> as the user named it, for messages. Not part of the import's identity.</summary>
    [Id(4)] public string? TasksFile { get; init; }

    /// <summary>The key of the grain that does it: the same file under the same name is imported once.</summary>
    public string Key() => Identity.Of(["import/1", Model, File.Sha256, Tasks]);
}
