using Hermes.Benchmarks.Fuzzing;

namespace Hermes.Imaging.Tests.Packages;

public sealed class TorchFuzzTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task A_damaged_checkpoint_is_read_or_refused_quickly_and_within_the_memory_its_size_accounts_for()
    {
        var fuzz = new TorchFuzz();
        var work = Task.Run(() => fuzz.Run(10_000, seed: 20));

        Assert.True(await Task.WhenAny(work, Task.Delay(Patience)) == work, $"File {fuzz.Round} hangs.");

        await work;
        Assert.True(fuzz.Read > 500 && fuzz.Refused > 2500, $"{fuzz.Read} read, {fuzz.Refused} refused");
    }
}
