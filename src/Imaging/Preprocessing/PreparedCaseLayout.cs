using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hermes.Imaging.Preprocessing;

/// <summary>
/// Where things lie in the file of a prepared case: eight bytes "HERMESC1", the length of the header (int32), the header as JSON, zeros up
/// to a multiple of 64, the image (float32), the labels (uint16) if there are any, the sampled positions (int32) label after label.
/// All little-endian.
/// </summary>
internal sealed record PreparedCaseLayout(long ImageStart, long LabelsStart, long SamplesStart, long Length)
{
    public const int MaxHeaderLength = 1 << 20;
    public const int Alignment = 64;
    public const int MaxSamplesPerLabel = 4096;
    public const int PrefixLength = 12;

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    public static ReadOnlySpan<byte> Magic => "HERMESC1"u8;

    public static PreparedCaseLayout Of(PreparedCase header, int headerLength)
    {
        long voxels = header.Grid.Size.VoxelCount, samples = 0;
        foreach (var label in header.Labels)
        {
            samples += label.Samples;
        }

        var image = Align(PrefixLength + headerLength);
        var labels = Align(image + voxels * sizeof(float));
        var positions = Align(labels + (header.LabelsDigest is null ? 0 : voxels * sizeof(ushort)));
        return new PreparedCaseLayout(image, labels, positions, positions + samples * sizeof(int));
    }

    private static long Align(long position) => (position + Alignment - 1) / Alignment * Alignment;
}
