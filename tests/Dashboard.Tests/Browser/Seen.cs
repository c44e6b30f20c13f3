using Microsoft.Playwright;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>What is seen on the canvas of a case.</summary>
internal sealed record Seen
{
    /// <summary>What a script that is given a picture begins with: its <c>width</c> and its <c>data</c>, four bytes a pixel.</summary>
    internal const string Pixels =
        """
        const image = new Image();
        image.src = `data:image/png;base64,${picture}`;
        await image.decode();
        const { width, height } = image;
        const drawing = new OffscreenCanvas(width, height).getContext("2d");
        drawing.drawImage(image, 0, 0);
        const { data } = drawing.getImageData(0, 0, width, height);
        """;

    // Before a page comes: notes how long the longest axis of the volumes is that each of its canvases was given to draw.
    private const string NoteVolumes =
        """
        window.longestAxes = [0, 0];
        const store = WebGL2RenderingContext.prototype.texStorage3D;
        WebGL2RenderingContext.prototype.texStorage3D = function (...told) {
          const canvas = [...document.querySelectorAll("figure canvas")].indexOf(this.canvas);
          window.longestAxes[canvas] = Math.max(window.longestAxes[canvas], ...told.slice(3));
          return store.apply(this, told);
        };
        """;

    // What a picture shows is read from the picture itself: a canvas forgets what it drew.
    private const string Look =
        $$"""
        async picture => {
          {{Pixels}}
          const seen = { Greys: 0, Colours: 0, Brightness: 0 };
          const greys = new Set();
          for (let at = 0; at < data.length; at += 4) {
            const [red, green, blue] = [data[at], data[at + 1], data[at + 2]];
            seen.Brightness += (red + green + blue) / 3 / (data.length / 4);
            if (Math.max(red, green, blue) - Math.min(red, green, blue) > 24) seen.Colours++; else greys.add(red);
          }
          return { ...seen, Greys: greys.size };
        }
        """;

    /// <summary>How many greys.</summary>
    public int Greys { get; init; }

    /// <summary>How many pixels have a colour.</summary>
    public int Colours { get; init; }

    /// <summary>On average, of 255.</summary>
    public double Brightness { get; init; }

    /// <summary>Has a page note, before it comes, which volumes its graphics are given.</summary>
    public static Task NoteVolumesAsync(IPage page) => page.AddInitScriptAsync(NoteVolumes);

    /// <summary>The longest axis, in voxels, of the volumes that were drawn in three planes, and of those in space.</summary>
    public static async Task<(int InPlanes, int InSpace)> LongestAxesAsync(IPage page)
    {
        var axes = await page.EvaluateAsync<int[]>("window.longestAxes");
        return (axes[0], axes[1]);
    }

    /// <summary>Looks at it.</summary>
    public static async Task<Seen> OnAsync(IPage page) => await page.EvaluateAsync<Seen>(Look, await PictureAsync(page));

    /// <summary>A picture of it, for a script.</summary>
    public static async Task<string> PictureAsync(IPage page) =>
        Convert.ToBase64String(await page.Locator(DashboardPage.Canvas).ScreenshotAsync(new() { Timeout = 120_000 }));

    /// <summary>Chooses to look at the case in space, or in three planes, and waits for that canvas: what is drawn on it is another question.</summary>
    public static async Task ChooseAsync(IPage page, bool inSpace)
    {
        await page.GetByLabel(inSpace ? "In space" : "Three planes").CheckAsync();
        await Assertions.Expect(page.Locator($"{DashboardPage.Canvas}[aria-label*='{(inSpace ? "in space" : "in three planes")}']")).ToBeVisibleAsync();
    }

    /// <summary>Waits until what is seen is as it should be.</summary>
    /// <param name="page">The page.</param>
    /// <param name="before">What was seen before, to be told.</param>
    /// <param name="isSo">Whether it is.</param>
    public static async Task ChangesAsync(IPage page, Seen before, Func<Seen, bool> isSo)
    {
        var seen = before;
        for (var look = 0; look < 40; look++)
        {
            seen = await OnAsync(page);
            if (isSo(seen))
            {
                return;
            }

            await Task.Delay(250);
        }

        Assert.Fail($"{before} became {seen}");
    }
}
