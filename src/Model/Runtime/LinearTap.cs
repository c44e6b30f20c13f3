namespace Hermes.Model.Runtime;

/// <summary>Where a fine coordinate lies between two coarse ones, corners aligned.</summary>
/// <param name="First">The coarse coordinate at or before it.</param>
/// <param name="Second">The next one, or the same at the end.</param>
/// <param name="FirstWeight">Weight of the first.</param>
/// <param name="SecondWeight">Weight of the second.</param>
internal readonly record struct LinearTap(int First, int Second, float FirstWeight, float SecondWeight)
{
    /// <summary>The taps of every fine coordinate, rounded as libtorch rounds them.</summary>
    public static LinearTap[] Of(long fine, long coarse)
    {
        var scale = fine > 1 ? (float)(coarse - 1) / (fine - 1) : 0;
        var taps = new LinearTap[fine];
        for (var i = 0; i < taps.Length; i++)
        {
            var position = scale * i;
            var first = Math.Min((int)position, (int)coarse - 1);
            var weight = Math.Clamp(position - first, 0, 1);
            taps[i] = new LinearTap(first, Math.Min(first + 1, (int)coarse - 1), 1 - weight, weight);
        }

        return taps;
    }
}
