using Hermes.Benchmarks.Fuzzing;

namespace Hermes.Imaging.Tests.Volumes.Formats;

public sealed class NiftiFuzzTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task A_damaged_file_is_read_or_refused_quickly_and_within_the_memory_it_accounts_for()
    {
        var fuzz = new NiftiFuzz();
        var work = Task.Run(() => fuzz.Run(20_000, seed: 20));

        Assert.True(await Task.WhenAny(work, Task.Delay(Patience)) == work, $"File {fuzz.Round} hangs.");

        await work;
        Assert.True(fuzz.Read > 1000 && fuzz.Refused > 5000, $"{fuzz.Read} read, {fuzz.Refused} refused");
    }
}
