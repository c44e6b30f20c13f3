using System.Buffers.Binary;
using Hermes.Grains.Interfaces;

namespace Hermes.Grains.Relations;

/// <summary>
/// Which pairs of tasks are measured: spread over the range of their cosines, since among the most alike alone nothing could be told of what likeness is worth. The
/// first pairs of a longer choice are a shorter one, so that a study can be made larger.
/// </summary>
internal static class PairChoice
{
    /// <summary>Chooses pairs, each with who learns of whom. The same tasks, cosines and seed give the same pairs.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="cosine">The cosine of two of them, by place.</param>
    /// <param name="count">How many pairs, at most.</param>
    /// <param name="seed">Turns the places within the range at which pairs are looked for, and decides who learns of whom.</param>
    public static IReadOnlyList<(int Task, int Other)> Of(IReadOnlyList<string> tasks, Func<int, int, double> cosine, int count, long seed)
    {
        List<(int One, int Other, double Cosine)> left =
        [
            .. Enumerable.Range(0, tasks.Count).SelectMany(one => Enumerable.Range(0, one).Select(other => (one, other, cosine(one, other)))),
        ];
        var chosen = new List<(int, int)>();
        if (left.Count == 0)
        {
            return chosen;
        }

        var (low, high) = (left.Min(p => p.Cosine), left.Max(p => p.Cosine));
        var turn = Share("turn", Identity.Number(seed));
        while (left.Count > 0 && chosen.Count < count)
        {
            var place = low + ((high - low) * ((VanDerCorput(chosen.Count) + turn) % 1));
            var nearest = Enumerable.Range(0, left.Count).MinBy(i => Math.Abs(left[i].Cosine - place));
            var (one, other, _) = left[nearest];
            left.RemoveAt(nearest);
            chosen.Add(Share("learner", Identity.Number(seed), tasks[one], tasks[other]) < 0.5 ? (one, other) : (other, one));
        }

        return chosen;
    }

    // 0, 1/2, 1/4, 3/4, 1/8 and so on: every beginning of it lies evenly within 0 and 1.
    private static double VanDerCorput(int number)
    {
        double value = 0;
        for (var (left, digit) = (number, 0.5); left > 0; left >>= 1, digit /= 2)
        {
            value += (left & 1) * digit;
        }

        return value;
    }

    private static double Share(params IEnumerable<string> words) =>
        BinaryPrimitives.ReadUInt32BigEndian(Convert.FromHexString(Identity.Of(words.Prepend("pair/1")).AsSpan(0, 8))) / (double)uint.MaxValue;
}
