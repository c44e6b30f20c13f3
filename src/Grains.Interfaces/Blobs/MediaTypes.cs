namespace Hermes.Grains.Interfaces.Blobs;

/// <summary>The kinds of blobs the platform keeps.</summary>
public static class MediaTypes
{
    /// <summary>A volume, NIfTI, gzip-compressed.</summary>
    public const string NiftiGz = "application/x-nifti+gzip";

    /// <summary>A volume, NIfTI, not compressed.</summary>
    public const string Nifti = "application/x-nifti";

    /// <summary>A checkpoint or a model package.</summary>
    public const string Safetensors = "application/x-safetensors";

    /// <summary>A checkpoint of PyTorch.</summary>
    public const string Torch = "application/x-pytorch";

    /// <summary>Numbers, float32, little-endian; who names the blob says their shape.</summary>
    public const string Numbers = "application/x-float32";

    /// <summary>A picture.</summary>
    public const string Png = "image/png";

    /// <summary>One JSON document.</summary>
    public const string Json = "application/json";

    /// <summary>One JSON document a line.</summary>
    public const string JsonLines = "application/jsonl";
}
