using Microsoft.Playwright;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>axe-core, which finds what keeps people out of a page: from npm, where the maintainers' tests install it.</summary>
internal static class Axe
{
    // A text on its way from one palette to the next has the colour of neither, and those in it begin when it has ended.
    private const string Run =
        """
        async () => {
          const moving = () => document.getAnimations().filter(a => a.playState === "running");
          for (let level = 0; level < 50 && moving().length > 0; level++) {
            await Promise.allSettled(moving().map(a => a.finished));
          }

          return (await axe.run(document, { resultTypes: ["violations"] })).violations
            .filter(v => v.impact === "serious" || v.impact === "critical")
            .map(v => `${v.id} (${v.impact}): ${v.help}: ${v.nodes.map(n => n.html + " " + n.failureSummary).join("; ")}`);
        }
        """;

    /// <summary>Asserts that nothing shuts people out; says all of what does.</summary>
    public static async Task AssertNothingAsync(IPage page)
    {
        var violations = await ViolationsAsync(page);
        Assert.True(violations.Length == 0, string.Join(Environment.NewLine, violations));
    }

    /// <summary>What is serious or critical.</summary>
    public static async Task<string[]> ViolationsAsync(IPage page)
    {
        var script = Path.Combine(Repository.Root, "artifacts", "servers", "node_modules", "axe-core", "axe.min.js");
        Requirement.Met("browser", File.Exists(script), $"{script} is missing: .ci/run installs what tests/Servers/package.json names.");

        // The debugger evaluates it: the page's own policy stays what it is.
        await page.EvaluateAsync(await File.ReadAllTextAsync(script));
        return await page.EvaluateAsync<string[]>(Run);
    }
}
