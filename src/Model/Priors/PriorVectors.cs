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

    /// <summary>
    /// Reads the priors of a model version: those of the trunk, then those that its branches brought. A modality's is the mean of its tokens. Where several branches
    /// brought a modality of one name, each learned its own, and that of the first is told. No network is built.
    /// </summary>
    /// <param name="trunk">The file of the trunk.</param>
    /// <param name="branches">The files of its branches.</param>
    /// <exception cref="InvalidDataException">A file is no trunk, or no branch of this trunk.</exception>
    public static (PriorVectors Tasks, PriorVectors Modalities) Read(string trunk, IReadOnlyList<string> branches)
    {
        ArgumentNullException.ThrowIfNull(branches);
        using var package = SafetensorsFile.Open(trunk);
        var description = ModelDescription.Of(package.Header, trunk);
        var (tasks, modalities) = (new Collected(), new Collected());
        tasks.Add(description.Tasks, scale => Rows(package, OfficialNames.TaskPriors(scale)));
        modalities.Add(description.Modalities, scale => Rows(package, OfficialNames.ModalityPriors(scale)));
        foreach (var branch in branches)
        {
            using var file = SafetensorsFile.Open(branch);
            var own = BranchDescription.Of(file.Header, branch);
            tasks.Add(own.Tasks, scale => Rows(file, OfficialNames.TaskPriors(scale)));
            modalities.Add(own.Modalities, scale => Rows(file, OfficialNames.ModalityPriors(scale)));
        }

        return (tasks.Vectors(), modalities.Vectors());
    }

    // [N, C], or [N, l, C] of which the mean over l is taken.
    private static IReadOnlyList<float[]> Rows(SafetensorsFile file, string name)
    {
        var shape = file.Entry(name).Shape;
        if (shape.Count is < 2 or > 3 || shape.Any(axis => axis is < 1 or > int.MaxValue))
        {
            throw new InvalidDataException($"The tensor '{name}' of '{file.Path}' has the shape [{string.Join(", ", shape)}], which is not that of a table of priors.");
        }

        var (width, tokens) = ((int)shape[^1], shape.Count == 3 ? (int)shape[1] : 1);
        return [.. file.Floats(name, shape).Chunk(width * tokens).Select(row => Mean(row, width))];

        static float[] Mean(float[] row, int width) =>
            [.. Enumerable.Range(0, width).Select(c => Enumerable.Range(0, row.Length / width).Average(token => row[(token * width) + c]))];
    }

    /// <summary>Vectors as they come together, one name once.</summary>
    private sealed class Collected
    {
        private readonly List<string> _names = [];
        private readonly List<float[]>[] _stages = [.. Enumerable.Range(0, PriorPool.Scales).Select(_ => new List<float[]>())];

        /// <summary>Takes the vectors of names that are not known yet; behind those of the names a table may have a reserve.</summary>
        public void Add(IReadOnlyList<string> names, Func<int, IReadOnlyList<float[]>> rows)
        {
            if (names.Count == 0)
            {
                return;
            }

            List<int> unknown = [.. Enumerable.Range(0, names.Count).Where(i => !_names.Contains(names[i], StringComparer.Ordinal))];
            for (var scale = 0; scale < _stages.Length; scale++)
            {
                var its = rows(scale);
                if (its.Count < names.Count)
                {
                    throw new InvalidDataException($"A table of priors has {its.Count} rows for {names.Count} names.");
                }

                _stages[scale].AddRange(unknown.Select(i => its[i]));
            }

            _names.AddRange(unknown.Select(i => names[i]));
        }

        public PriorVectors Vectors() => new([.. _names], [.. _stages]);
    }
}
