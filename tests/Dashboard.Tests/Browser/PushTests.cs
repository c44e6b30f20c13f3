using System.Globalization;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>How long it takes from a change at an actor until it stands on pages that are open: actor, silo, dashboard and browser are the real ones.</summary>
[Collection(SharedDashboardCollection.Name)]
public sealed class PushTests(SharedDashboard shared, ITestOutputHelper output)
{
    private const int LimitMs = 1_000;
    private const int Times = 5;

    // Notes for every text that is waited for when it was first there.
    private const string Watch =
        """
        texts => {
          window.seen = {};
          const look = () => { for (const text of texts) if (!(text in window.seen) && document.body.innerText.includes(text)) window.seen[text] = Date.now(); };
          new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
        }
        """;

    [SkippableTheory]
    [InlineData("queue", "Held by")]
    [InlineData("", "1 held")]
    public async Task A_change_is_on_the_page_within_a_second(string address, string text)
    {
        var page = await shared.NewPageAsync();
        await page.GotoAsync(address);
        await Assertions.Expect(page.GetByText(SharedDashboard.Waiting).First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Live").First).ToBeVisibleAsync();
        var took = new List<double>();
        for (var time = 0; time < Times; time++)
        {
            await page.EvaluateAsync(Watch, new[] { text });
            var since = TimeProvider.System.GetUtcNow();
            await shared.Client.Queue.HoldAsync(SharedDashboard.Waiting);
            await page.WaitForFunctionAsync("text => text in window.seen", text);
            var seen = await page.EvaluateAsync<double>("text => window.seen[text]", text);
            took.Add(seen - since.ToUnixTimeMilliseconds());
            await shared.Client.Queue.ReleaseAsync(SharedDashboard.Waiting);
            await Assertions.Expect(page.GetByText(text)).ToHaveCountAsync(0);
        }

        var told = string.Join(", ", took.Select(ms => string.Create(CultureInfo.InvariantCulture, $"{ms:0} ms")));
        output.WriteLine(told);
        Assert.True(took.Order().ElementAt(Times / 2) < LimitMs, told);
        await page.CloseAsync();
    }
}
