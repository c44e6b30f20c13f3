using Microsoft.Playwright;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>axe-core, which finds what keeps people out of a page: from npm, where the maintainers' tests install it.</summary>
internal static class Axe
{
    private const string Run =
        """
        async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
          .filter(v => v.impact === "serious" || v.impact === "critical")
          .map(v => `${v.id} (${v.impact}): ${v.help}: ${v.nodes.map(n => n.html + " " + n.failureSummary).join("; ")}`)
        """;

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
