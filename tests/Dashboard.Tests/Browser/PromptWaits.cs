using Microsoft.Playwright;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>Waits of tests that measure. Those of locators look less and less often, in the end every half a second, and what is measured with them is as much too long.</summary>
internal static class PromptWaits
{
    private const float LookEveryMs = 20;
    private const float PatienceMs = 120_000;

    /// <summary>Waits until there is an element of this kind on the page that holds a text.</summary>
    public static Task SeeAsync(this IPage page, string selector, string text = "") => page.WaitForFunctionAsync(
        "([selector, text]) => [...document.querySelectorAll(selector)].some(found => found.textContent.includes(text))",
        new[] { selector, text },
        new() { PollingInterval = LookEveryMs, Timeout = PatienceMs });
}
