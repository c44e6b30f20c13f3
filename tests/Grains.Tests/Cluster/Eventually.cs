namespace Hermes.Grains.Tests.Cluster;

/// <summary>Waits for what actors do beside their requests.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<T> HoldsAsync<T>(Func<Task<T>> look, Func<T, bool> holds)
    {
        var end = TimeProvider.System.GetUtcNow() + Patience;
        while (true)
        {
            var seen = await look();
            if (holds(seen))
            {
                return seen;
            }

            Assert.True(TimeProvider.System.GetUtcNow() < end, $"It did not come about; last seen: {seen}");
            await Task.Delay(25);
        }
    }

    public static Task ReachesAsync<T>(Func<Task<T>> look, T expected) => HoldsAsync(look, seen => Equals(seen, expected));
}
