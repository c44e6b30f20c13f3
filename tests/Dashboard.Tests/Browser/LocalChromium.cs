using Microsoft.Playwright;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>The Chromium of this machine, without a window, driven by Playwright. What it was let in to, all its pages are in.</summary>
internal sealed class LocalChromium : IAsyncDisposable
{
    /// <summary>The width of a page on a desk, in pixels.</summary>
    public const int Wide = 1280;

    /// <summary>The width of a page on a tablet.</summary>
    public const int Narrow = 768;

    /// <summary>Waited for at most, for whatever a page is to show.</summary>
    private const int PatienceMs = 30_000;

    private static readonly string[] Programs = ["chromium", "chromium-browser", "google-chrome"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly Uri _pages;
    private string? _entered;

    private LocalChromium(IPlaywright playwright, IBrowser browser, Uri pages)
    {
        _playwright = playwright;
        _browser = browser;
        _pages = pages;
    }

    /// <summary>Starts one that has not been let in.</summary>
    public static async Task<LocalChromium> StartAsync(Uri pages)
    {
        var program = Find();
        Requirement.Met("browser", program is not null, $"There is no browser: none of {string.Join(", ", Programs)} is on PATH.");
        Assertions.SetDefaultExpectTimeout(PatienceMs);
        var playwright = await Playwright.CreateAsync();

        // Headless browsers draw WebGL in software only when told so; as root there is no sandbox.
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program,
            Args = ["--headless=new", "--enable-unsafe-swiftshader"],
            ChromiumSandbox = !Environment.IsPrivilegedProcess,
        });
        return new LocalChromium(playwright, browser, pages);
    }

    /// <summary>Starts one and lets it in.</summary>
    public static Task<LocalChromium> EnterAsync(LivePlatform platform) => EnterAsync(platform.Pages, platform.Entry);

    /// <summary>Starts one and lets it in.</summary>
    public static async Task<LocalChromium> EnterAsync(Uri pages, Uri entry)
    {
        var chromium = await StartAsync(pages);
        var page = await chromium.NewPageAsync();
        await page.GotoAsync(entry.ToString());
        chromium._entered = await page.Context.StorageStateAsync();
        await page.Context.CloseAsync();
        return chromium;
    }

    /// <summary>A page with a context of its own, which closes with it.</summary>
    public async Task<IPage> NewPageAsync(ColorScheme colours = ColorScheme.Light, int width = Wide)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = _pages.ToString(),
            ColorScheme = colours,
            ReducedMotion = ReducedMotion.Reduce,
            StorageState = _entered,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
        });
        context.SetDefaultTimeout(PatienceMs);
        var page = await context.NewPageAsync();
        page.Close += (_, _) => _ = context.CloseAsync();
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    private static string? Find() => (
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        from program in Programs
        let path = Path.Combine(folder, program)
        where File.Exists(path)
        select path).FirstOrDefault();
}
