using System.Globalization;
using Hermes.Silo.Tests.EndToEnd;

namespace Hermes.Silo.Tests.Workers;

[Collection(SharedPlatformCollection.Name)]
public sealed class WorkerPoolTests(SharedPlatform shared)
{
    [Fact]
    public async Task Workers_stand_back_behind_the_silo_so_that_it_answers_while_they_use_every_processor()
    {
        var added = await shared.Platform.AddAsync("behind", shared.Cases("behind"));
        Assert.True(added.ExitCode == 0, added.Error);

        var workers = shared.Platform.Workers();

        Assert.NotEmpty(workers);
        await Platform.UntilAsync(() => Task.FromResult(workers.All(w => Niceness(w) > Math.Min(18, Niceness(shared.Platform.Silo.Id)))));
    }

    // The nineteenth word; the second is a name in parentheses, which may hold anything.
    private static int Niceness(int process) =>
        int.Parse(File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[19 - 3], CultureInfo.InvariantCulture);
}
