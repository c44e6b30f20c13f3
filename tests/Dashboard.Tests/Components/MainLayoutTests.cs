using Bunit;
using Hermes.Dashboard.Components.Layout;

namespace Hermes.Dashboard.Tests.Components;

public sealed class MainLayoutTests : PageContext
{
    [Fact]
    public void Every_page_is_a_link_and_the_content_is_one_jump_away()
    {
        var page = Render<MainLayout>();

        Assert.Equal(
            ["Overview /", "Datasets /datasets", "Runs /runs", "Models /models", "Updates /updates", "Segment /segment", "Priors /priors", "Queue /queue", "Events /events", "Administration /admin"],
            page.FindAll("nav a").Select(a => $"{Words(a)} {a.GetAttribute("href")}"));
        Assert.Equal("#content", page.Find("a").GetAttribute("href"));
        Assert.NotNull(page.Find("#content"));
    }

    [Theory]
    [InlineData("dark", true)]
    [InlineData("light", false)]
    [InlineData("system", false)]
    [InlineData("<script>", false)]
    public void Colours_are_those_that_the_browser_kept(string kept, bool isDark)
    {
        JSInterop.SetupModule("./theme.js").Setup<string>("chosen").SetResult(kept);

        var page = Render<MainLayout>();

        page.WaitForAssertion(() => Assert.Equal(isDark, IsDark(page)));
    }

    [Fact]
    public void What_is_chosen_is_shown_and_kept_by_the_browser()
    {
        var module = JSInterop.SetupModule("./theme.js");
        module.Setup<string>("chosen").SetResult("system");
        module.SetupVoid("choose", "dark").SetVoidResult();
        var page = Render<MainLayout>();

        page.InvokeAsync(() => page.FindComponent<ThemeMenu>().Instance.ChoiceChanged.InvokeAsync(ThemeChoice.Dark));

        page.WaitForAssertion(() => Assert.True(IsDark(page)));
        Assert.Single(module.Invocations["choose"]);
    }

    // The ground of the dark palette.
    private static bool IsDark(IRenderedComponent<MainLayout> page) => page.Markup.Contains("--mud-palette-background: rgba(18,24,27,1)", StringComparison.Ordinal);
}
