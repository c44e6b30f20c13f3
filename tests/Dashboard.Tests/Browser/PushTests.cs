using System.Globalization;
using Hermes.Grains.Interfaces.Progress;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>How long it takes from a change at an actor until it stands on pages that are open: actor, silo, dashboard and browser are the real ones.</summary>
[Collection(SharedDashboardCollection.Name)]
public sealed class PushTests(SharedDashboard shared, ITestOutputHelper output)
{
    private const int LimitMs = 1_000;
    private const int Times = 5;
    private const int Steps = 40;

    // Notes for every text that is waited for when it was first there.
    private const string Watch =
        """
        texts => {
          window.seen = {};
          const look = () => { for (const text of texts) if (!(text in window.seen) && document.body.innerText.includes(text)) window.seen[text] = Date.now(); };
          new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
        }
        """;

    // Notes for every step that the page of a run tells when it was first there.
    private const string WatchSteps =
        """
        () => {
          window.seen = {};
          const look = () => { window.seen[parseInt(document.querySelector('.hermes-progress .hermes-count').textContent.replaceAll(',', ''))] ??= Date.now(); };
          new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
        }
        """;

    [SkippableFact]
    public async Task A_step_of_a_run_is_on_its_page_within_a_second_of_being_known_to_its_actor()
    {
        const string Run = "timed";
        await using var run = await LongRun.StartAsync(shared.Client, Run);
        var page = await shared.NewPageAsync();
        await page.GotoAsync($"runs/{Run}");
        await page.Locator(".hermes-progress .hermes-count").First.WaitForAsync();
        await page.EvaluateAsync(WatchSteps);
        var since = TimeProvider.System.GetUtcNow();
        var known = new Dictionary<int, DateTimeOffset>();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await foreach (var happened in shared.Client.Runs.WatchAsync(Run, 0, patience.Token).Where(e => e.Phase == Phases.Train && e.Time > since))
        {
            known.TryAdd((int)happened.Done, happened.Time);
            if (known.Count == Steps)
            {
                break;
            }
        }

        await Task.Delay(2 * LimitMs);
        var seen = await page.EvaluateAsync<Dictionary<string, double>>("() => window.seen");
        var took = known.Where(k => seen.ContainsKey($"{k.Key}")).Select(k => seen[$"{k.Key}"] - k.Value.ToUnixTimeMilliseconds()).Order().ToList();
        var told = string.Join(", ", took.Select(ms => string.Create(CultureInfo.InvariantCulture, $"{ms:0} ms")));
        output.WriteLine(told);
        Assert.True(took.Count >= Times, $"Of {known.Count} steps the page told {took.Count}.");
        Assert.True(took[took.Count * 9 / 10] < LimitMs, told);
        await page.CloseAsync();
    }

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
