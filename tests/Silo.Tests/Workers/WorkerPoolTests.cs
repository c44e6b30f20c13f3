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
        Assert.All(workers, w => Assert.InRange(Niceness(w), Niceness(shared.Platform.Silo.Id) + 1, 19));
    }

    // The nineteenth word; the second is a name in parentheses, which may hold anything.
    private static int Niceness(int process) =>
        int.Parse(File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[19 - 3], CultureInfo.InvariantCulture);
}
