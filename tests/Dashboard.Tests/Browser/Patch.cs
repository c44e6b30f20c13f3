using Microsoft.Playwright;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>What has one colour on the canvas of a case.</summary>
internal sealed record Patch
{
    // A pixel's colour may be rounded; around one that is chosen all have it.
    private const string Find =
        $$"""
        async ([picture, colour]) => {
          {{Seen.Pixels}}
          const wanted = [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16));
          const is = at => wanted.every((part, channel) => Math.abs(data[4 * at + channel] - part) < 6);
          const found = Array.from({ length: width * height }, (_, at) => at).filter(is);
          const around = [-4, 0, 4].flatMap(down => [-4, 0, 4].map(right => down * width + right));
          const inner = found.filter(at => around.every(step => is(at + step)))[0] ?? -1;
          return { Pixels: found.length, X: inner % width, Y: Math.floor(inner / width) };
        }
        """;

    /// <summary>How many pixels.</summary>
    public int Pixels { get; init; }

    /// <summary>How far from the canvas's left one of them lies that has its colour around it.</summary>
    public int X { get; init; }

    /// <summary>How far from its top.</summary>
    public int Y { get; init; }

    /// <summary>Looks for it.</summary>
    /// <param name="page">The page.</param>
    /// <param name="colour">As <c>#rrggbb</c>.</param>
    public static async Task<Patch> OnAsync(IPage page, string colour) => await page.EvaluateAsync<Patch>(Find, new[] { await Seen.PictureAsync(page), colour });
}
