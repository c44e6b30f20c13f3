using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Hermes.Dashboard.Tests;

/// <summary>Waits for what others do in their own time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task HoldsAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string? what = null)
    {
        for (var watch = Stopwatch.StartNew(); !condition();)
        {
            Assert.True(watch.Elapsed < Patience, $"It did not come to: {what}");
            await Task.Delay(10);
        }
    }
}
