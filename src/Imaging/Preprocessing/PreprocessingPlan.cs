using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hermes.Imaging.Prompts;
using Hermes.Imaging.Volumes;
using Hermes.Imaging.Volumes.Formats;

namespace Hermes.Imaging.Preprocessing;

/// <summary>
/// How every image is brought into the network's grid and range: the official preprocessing, but with a real reorientation, one spline along every
/// axis and nothing computed from labels. Stored with the model and replayed at inference. <see cref="IsOfficial"/> is the official one, for weights that expect it.
/// </summary>
public sealed record PreprocessingPlan
{
    /// <summary>The <see cref="Orientation"/> of our plans.</summary>
    public const string Ras = "RAS";

    /// <summary>The <see cref="Orientation"/> of the official plan: axes in the order and direction of the file.</summary>
    public const string AsStored = "stored";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };
    private readonly SortedDictionary<string, IntensityRule> _modalities = new(StringComparer.Ordinal) { [ModalityNames.Ct] = IntensityRule.Ct };

    /// <summary>The rules this plan was made for; a change of what the same plan does gets a new number.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Target distance between voxel centres.</summary>
    public required GridSpacing Spacing { get; init; }

    /// <summary>Prepared arrays are padded to at least this size, evenly on both sides, with 0 (the mean of the image).</summary>
    public GridSize MinimumSize { get; init; } = new(1, 1, 1);

    /// <summary>Orientation of prepared arrays: <see cref="Ras"/>, or <see cref="AsStored"/> where the plan <see cref="IsOfficial"/>.</summary>
    public string Orientation { get; init; } = Ras;

    /// <summary>
    /// Whether images are prepared as the official scripts do it: axes as the file stores them, a spline within planes and the nearest plane between them, first
    /// voxels in one place, and all voxels of the region for its percentiles, mean and deviation. Only the crop is ours, because theirs needs labels.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsOfficial { get; init; }

    /// <summary>Intensity rule per modality key in lower case; others take <see cref="OtherModalities"/>.</summary>
    public IReadOnlyDictionary<string, IntensityRule> Modalities
    {
        get => _modalities;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _modalities = new SortedDictionary<string, IntensityRule>(StringComparer.Ordinal);
            foreach (var (key, rule) in value)
            {
                _modalities[ModalityKey(key)] = rule;
            }
        }
    }

    /// <summary>Intensity rule of modalities that are not listed.</summary>
    public IntensityRule OtherModalities { get; init; } = IntensityRule.Percentiles;

    /// <summary>How the patient is found in the volume.</summary>
    public RegionRule Region { get; init; } = RegionRule.Default;

    /// <summary>SHA-256 of the canonical JSON, lower-case hexadecimal.</summary>
    [JsonIgnore]
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson())));

    /// <summary>Reads a plan.</summary>
    /// <exception cref="InvalidDataException">The text is no plan, or one of its numbers makes no sense.</exception>
    public static PreprocessingPlan FromJson(string json)
    {
        try
        {
            var plan = JsonSerializer.Deserialize<PreprocessingPlan>(json, Json)
                ?? throw new InvalidDataException("A preprocessing plan is a JSON object.");
            plan.Validate();
            return plan;
        }
        catch (Exception e) when (e is JsonException or ArgumentNullException)
        {
            throw new InvalidDataException($"The preprocessing plan cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The plan as canonical JSON: always the same text for the same plan.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>The intensity rule of a modality: all that an image's preparation takes from it.</summary>
    public IntensityRule RuleOf(string modality) => _modalities.GetValueOrDefault(ModalityKey(modality)) ?? OtherModalities;

    /// <summary>Brings an image into the network's grid and range.</summary>
    /// <param name="image">Intensities in their own unit (HU for CT).</param>
    /// <param name="modality">The modality key.</param>
    /// <exception cref="InvalidDataException">The plan makes no sense, or the result would be larger than 2^29 voxels.</exception>
    public PreparedImage Prepare(Volume<float> image, string modality)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentException.ThrowIfNullOrWhiteSpace(modality);
        Validate();
        var key = ModalityKey(modality);
        var rule = RuleOf(modality);
        var region = PatientRegion.Find(image, rule, Region, IsOfficial);
        var grid = PreparedGrid.Create(image.Geometry, region.Start, region.Size, Spacing, MinimumSize, VolumeLimits.Default.MaxVoxels, IsOfficial);
        var crop = CropToCanonical(image, grid);
        var content = IsOfficial
            ? Resampling.SplineWithinPlanes(crop, grid.DepthAxis, grid.HeightAxis, grid.WidthAxis)
            : Resampling.CubicBSpline(crop, grid.DepthAxis, grid.HeightAxis, grid.WidthAxis);
        return new PreparedImage(NormaliseAndPad(content, grid, region.Statistics, rule.KeepsPeaks), grid, key, region.Statistics);
    }

    /// <summary>Brings labels onto the grid of their prepared image by nearest neighbour; padding is 0.</summary>
    /// <param name="labels">Labels of the same physical space as the image, in any orientation.</param>
    /// <param name="image">The prepared image.</param>
    /// <param name="labelsName">What to call the labels in an error.</param>
    /// <returns>[D, H, W] of the prepared image.</returns>
    /// <exception cref="InvalidDataException">The labels are in another physical space than their image.</exception>
    public static ushort[] PrepareLabels(Volume<ushort> labels, PreparedImage image, string labelsName = "the labels")
    {
        ArgumentNullException.ThrowIfNull(image);
        var grid = image.Grid;
        var aligned = LabelAlignment.OntoImageGrid(labels, grid.Native, labelsName).Voxels;
        Span<int> steps = stackalloc int[3];
        var start = grid.CropStrides(steps);
        int stepX = steps[0], stepY = steps[1], stepZ = steps[2];
        var z = Resampling.NearestIndices(grid.DepthAxis);
        var y = Resampling.NearestIndices(grid.HeightAxis);
        var x = Resampling.NearestIndices(grid.WidthAxis);
        GridSize size = grid.Size, at = grid.ContentStart;
        var result = new ushort[size.VoxelCount];
        Parallel.For(0, z.Length, k =>
        {
            for (var j = 0; j < y.Length; j++)
            {
                var from = start + z[k] * stepZ + y[j] * stepY;
                var row = result.AsSpan(((k + at.Depth) * size.Height + j + at.Height) * size.Width + at.Width, x.Length);
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] = aligned[from + x[i] * stepX];
                }
            }
        });
        return result;
    }

    /// <summary>Two plans are equal when they say the same.</summary>
    public bool Equals(PreprocessingPlan? other) => other is not null && ToJson() == other.ToJson();

    /// <inheritdoc/>
    public override int GetHashCode() => ToJson().GetHashCode(StringComparison.Ordinal);

    private static float[] CropToCanonical(Volume<float> image, PreparedGrid grid)
    {
        Span<int> steps = stackalloc int[3];
        var start = grid.CropStrides(steps);
        int stepX = steps[0], stepY = steps[1], stepZ = steps[2];
        var size = grid.CropSize;
        var crop = new float[size.VoxelCount];
        Parallel.For(0, size.Depth, k =>
        {
            for (var j = 0; j < size.Height; j++)
            {
                var row = crop.AsSpan((k * size.Height + j) * size.Width, size.Width);
                var from = start + k * stepZ + j * stepY;
                for (var i = 0; i < row.Length; i++, from += stepX)
                {
                    row[i] = image.Voxels[from];
                }
            }
        });
        return crop;
    }

    private static float[] NormaliseAndPad(float[] content, PreparedGrid grid, IntensityStatistics statistics, bool keepsPeaks)
    {
        float low = (float)statistics.Low, high = (float)statistics.High, mean = (float)statistics.Mean, scale = (float)(1 / statistics.Deviation);
        GridSize size = grid.Size, inside = grid.ContentSize, at = grid.ContentStart;
        var result = new float[size.VoxelCount];
        Parallel.For(0, inside.Depth, k =>
        {
            for (var j = 0; j < inside.Height; j++)
            {
                var source = content.AsSpan((k * inside.Height + j) * inside.Width, inside.Width);
                var row = result.AsSpan(((k + at.Depth) * size.Height + j + at.Height) * size.Width + at.Width, inside.Width);
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] = (Math.Clamp(source[i], low, high) - mean) * scale;
                    if (keepsPeaks && source[i] > high)
                    {
                        // The logarithm begins with the slope of the line that it leaves.
                        row[i] += (float)Math.Log(1 + ((double)source[i] - high) * scale);
                    }
                }
            }
        });
        return result;
    }

    private static string ModalityKey(string modality) => modality.Trim().ToLowerInvariant();

    private void Validate()
    {
        if (Version != 1)
        {
            throw new InvalidDataException($"The preprocessing plan has version {Version}, expected 1.");
        }

        if (Orientation != (IsOfficial ? AsStored : Ras))
        {
            throw new InvalidDataException($"The preprocessing plan has the orientation '{Orientation}', expected {(IsOfficial ? AsStored : Ras)}.");
        }

        foreach (var spacing in (double[])[Spacing.Depth, Spacing.Height, Spacing.Width])
        {
            if (!(spacing is > 0.01 and < 1000))
            {
                throw new InvalidDataException($"The preprocessing plan has the spacing {Spacing}, expected 0.01 to 1000 mm.");
            }
        }

        if (MinimumSize.Depth < 1 || MinimumSize.Height < 1 || MinimumSize.Width < 1)
        {
            throw new InvalidDataException($"The preprocessing plan has the minimum size {MinimumSize}, expected at least one voxel.");
        }

        if (Region is null || !(Region.MarginMm >= 0) || !(Region.MinimumShare is >= 0 and <= 1))
        {
            throw new InvalidDataException("The preprocessing plan's region needs a margin of at least 0 mm and a share in 0 to 1.");
        }

        foreach (var rule in _modalities.Values.Append(OtherModalities))
        {
            if (rule is null || !rule.IsValid)
            {
                throw new InvalidDataException("An intensity rule needs either two ascending clip values or two ascending percentiles in 0 to 100.");
            }
        }
    }
}

/// <summary>An image as the network sees it, with everything needed to bring answers back to its file's grid.</summary>
/// <param name="Voxels">Normalised intensities, [D, H, W] of <see cref="PreparedGrid.Size"/>, in the plan's orientation, padding 0.</param>
/// <param name="Grid">Where they came from.</param>
/// <param name="Modality">The modality key, lower case.</param>
/// <param name="Statistics">The numbers used to normalise.</param>
public sealed record PreparedImage(float[] Voxels, PreparedGrid Grid, string Modality, IntensityStatistics Statistics);

/// <summary>
/// The numbers that normalised one image: intensities were limited to [Low, High], then (value - Mean) / Deviation; <see cref="IntensityRule.KeepsPeaks"/> adds
/// ln(1 + (value - High) / Deviation) to what is above High.
/// </summary>
/// <param name="Low">Smallest value kept, in the image's own unit.</param>
/// <param name="High">Largest value kept, or from which peaks rise more slowly.</param>
/// <param name="Mean">Mean of the limited foreground, or of the whole region under the official plan.</param>
/// <param name="Deviation">Population standard deviation of the same; 1 when it is constant.</param>
public sealed record IntensityStatistics(double Low, double High, double Mean, double Deviation);
