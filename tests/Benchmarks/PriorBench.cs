using Hermes.Imaging.Configuration;
using Hermes.Model.Priors;
using Hermes.Model.Training;

namespace Hermes.Benchmarks;

/// <summary>What is found out about the priors of many tasks, or only how alike they are.</summary>
internal sealed class PriorBench(int tasks, bool analyse) : IWorkload
{
    private const int Structures = 50;

    private readonly PriorVectors _vectors = new(
        [.. Enumerable.Range(0, tasks).Select(n => $"dataset{n / Structures}/structure{n % Structures}")],
        [
            .. new NetworkConfiguration { BaseWidth = 32 }.FusionWidths.Select(
                (width, scale) => (IReadOnlyList<float[]>)[.. Enumerable.Range(0, tasks).Select(task => Vector(task, scale, width))]),
        ]);

    public void Run()
    {
        if (!analyse)
        {
            foreach (var vectors in _vectors.Stages.Append(_vectors.Combined))
            {
                SimilarityMatrix.Cosine(vectors);
            }

            return;
        }

        var found = PriorAnalysis.Of(_vectors);
        foreach (var question in KnownGroups.Questions(_vectors.Names, dataset => dataset[^1] % 2 == 0 ? "ct" : "mr"))
        {
            GroupTest.Of(found.Combined.Similarity, question, seed: 1);
        }
    }

    public void Dispose()
    {
    }

    // A structure's own direction, and as much noise.
    private static float[] Vector(int task, int scale, int width) =>
        [.. Enumerable.Range(0, width).Select(c => Normal(0, task % Structures, scale, c) + Normal(1, task, scale, c))];

    private static float Normal(ulong seed, int row, int scale, int column) =>
        (float)new CounterGenerator(seed, (ulong)row, ((ulong)scale << 32) + (ulong)column).Normals().First;
}
