using Hermes.Imaging.Configuration;
using Hermes.Imaging.Packages;
using Hermes.Model.Checkpoints;
using Hermes.Model.Network;

namespace Hermes.Model.Priors;

/// <summary>What a model learned of each task, or of each modality, as vectors: one for each fusion scale.</summary>
/// <param name="Names">Identities of the tasks or modalities.</param>
/// <param name="Stages">For each fusion scale, a vector for each name [N, C].</param>
public sealed record PriorVectors(IReadOnlyList<string> Names, IReadOnlyList<IReadOnlyList<float[]>> Stages)
{
    /// <summary>The vectors of all scales, one behind the other [N, ΣC].</summary>
    public IReadOnlyList<float[]> Combined => [.. Names.Select((_, i) => Stages.SelectMany(stage => stage[i]).ToArray())];

    /// <summary>Reads the priors of a trunk; a modality's is the mean of its tokens. No network is built.</summary>
    /// <exception cref="InvalidDataException">The file is no trunk.</exception>
    public static (PriorVectors Tasks, PriorVectors Modalities) OfTrunk(string file)
    {
        using var package = SafetensorsFile.Open(file);
        var description = ModelDescription.Of(package.Header, file);
        return Read(package, description.TrainingConfiguration().Network.Architecture, description.Tasks, description.Modalities);
    }

    /// <summary>Reads the priors that a branch brought.</summary>
    /// <exception cref="InvalidDataException">The file is no branch.</exception>
    public static (PriorVectors Tasks, PriorVectors Modalities) OfBranch(string file)
    {
        using var branch = SafetensorsFile.Open(file);
        var description = BranchDescription.Of(branch.Header, file);
        return Read(branch, description.TrainingConfiguration().Network.Architecture, description.Tasks, description.Modalities);
    }

    /// <summary>Reads the posterior tokens of tasks.</summary>
    /// <exception cref="InvalidDataException">The file holds none.</exception>
    public static PriorVectors OfPosterior(string file)
    {
        var tokens = PosteriorTokens.Read(file);
        return tokens.Scales.Count == PriorPool.Scales
            ? new PriorVectors(tokens.Tasks, tokens.Scales)
            : throw new InvalidDataException($"'{file}' holds posterior tokens of {tokens.Scales.Count} fusion scales; {PriorPool.Scales} were expected.");
    }

    /// <summary>Those of the names given, in their order; names without any are left out.</summary>
    public PriorVectors Of(IEnumerable<string> names)
    {
        var rows = Names.Index().ToDictionary(n => n.Item, n => n.Index, StringComparer.Ordinal);
        List<string> known = [.. names.Where(rows.ContainsKey)];
        return new PriorVectors(known, [.. Stages.Select(stage => known.Select(name => stage[rows[name]]).ToArray())]);
    }

    /// <summary>
    /// The priors of a model version: those of the trunk, then those of its branches. Where several branches brought a modality of one name, each learned its own, and
    /// that of the first is told.
    /// </summary>
    public static PriorVectors Together(IReadOnlyList<PriorVectors> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        List<(PriorVectors Part, int Row)> rows = [.. parts.SelectMany(part => part.Names.Select((_, row) => (part, row))).DistinctBy(r => r.part.Names[r.row])];
        return new PriorVectors(
            [.. rows.Select(r => r.Part.Names[r.Row])],
            [.. Enumerable.Range(0, PriorPool.Scales).Select(scale => rows.Select(r => r.Part.Stages[scale][r.Row]).ToArray())]);
    }

    private static (PriorVectors Tasks, PriorVectors Modalities) Read(
        SafetensorsFile file, Architecture architecture, IReadOnlyList<string> tasks, IReadOnlyList<string> modalities) => (
        Read(file, tasks, scale => OfficialNames.TaskPriors(architecture, scale)),
        Read(file, modalities, scale => OfficialNames.ModalityPriors(architecture, scale)));

    private static PriorVectors Read(SafetensorsFile file, IReadOnlyList<string> names, Func<int, string> tensor) =>
        new(names, [.. Enumerable.Range(0, PriorPool.Scales).Select(scale => names.Count == 0 ? [] : Rows(file, tensor(scale), names.Count))]);

    // Of a table [N, C], or [N, l, C] of which the mean over l is taken; it may have more rows, in reserve.
    private static float[][] Rows(SafetensorsFile file, string name, int count)
    {
        var shape = file.Entry(name).Shape;
        if (shape.Count is < 2 or > 3 || shape.Any(axis => axis is < 1 or > int.MaxValue))
        {
            throw new InvalidDataException($"The tensor '{name}' of '{file.Path}' has the shape [{string.Join(", ", shape)}], which is not that of a table of priors.");
        }

        var (width, tokens) = ((int)shape[^1], shape.Count == 3 ? (int)shape[1] : 1);
        float[][] rows = [.. file.Floats(name, shape).Chunk(width * tokens).Take(count).Select(row => Mean(row, width))];
        return rows.Length == count ? rows : throw new InvalidDataException($"A table of priors of '{file.Path}' has {rows.Length} rows for {count} names.");

        static float[] Mean(float[] row, int width) =>
            [.. Enumerable.Range(0, width).Select(c => Enumerable.Range(0, row.Length / width).Average(token => row[(token * width) + c]))];
    }
}
