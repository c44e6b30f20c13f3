using Hermes.Benchmarks.Fuzzing;

namespace Hermes.Imaging.Tests.Packages;

public sealed class PackageFuzzTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task A_damaged_package_is_read_or_refused_quickly_and_within_the_memory_its_size_accounts_for()
    {
        using var fuzz = new PackageFuzz();
        var work = Task.Run(() => fuzz.Run(10_000, seed: 20));

        Assert.True(await Task.WhenAny(work, Task.Delay(Patience)) == work, $"File {fuzz.Round} hangs.");

        await work;
        Assert.True(fuzz.Read > 100 && fuzz.Refused > 5000, $"{fuzz.Read} read, {fuzz.Refused} refused");
    }
}
