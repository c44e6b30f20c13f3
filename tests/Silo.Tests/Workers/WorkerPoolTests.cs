using System.Globalization;
using Hermes.Hosting;
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

    [SkippableFact]
    public async Task Workers_have_tcmalloc_where_it_is_installed_and_the_silo_has_not()
    {
        var tcmalloc = WorkerAllocator.Find(WorkerAllocator.Auto);
        Requirement.Met("tcmalloc", tcmalloc is not null, $"There is no tcmalloc ({WorkerAllocator.Package}).");
        var added = await shared.Platform.AddAsync("allocator", shared.Cases("allocator"));
        Assert.True(added.ExitCode == 0, added.Error);

        var workers = shared.Platform.Workers();

        Assert.NotEmpty(workers);
        await Platform.UntilAsync(() => Task.FromResult(workers.All(HasTcmalloc)));
        Assert.False(HasTcmalloc(shared.Platform.Silo.Id));
    }

    private static bool HasTcmalloc(int process) => File.ReadLines($"/proc/{process}/maps").Any(line => line.Contains("/libtcmalloc_minimal.so", StringComparison.Ordinal));

    // The nineteenth word; the second is a name in parentheses, which may hold anything.
    private static int Niceness(int process) =>
        int.Parse(File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[19 - 3], CultureInfo.InvariantCulture);
}
