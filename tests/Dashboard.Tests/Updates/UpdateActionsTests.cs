using Hermes.Dashboard.Datasets;
using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Security;
using Hermes.Dashboard.Tests.Browser;
using Hermes.Dashboard.Updates;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Updates;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hermes.Dashboard.Tests.Updates;

/// <summary>What the pages of updates read and do, on a real platform.</summary>
[Collection(SharedDashboardCollection.Name)]
public sealed class UpdateActionsTests(SharedDashboard shared) : IAsyncDisposable
{
    private readonly PlatformLink _link = new(new DashboardOptions { Address = shared.Platform.Address }, TimeProvider.System);
    private readonly TestVisitor _visitor = new();

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    [Fact]
    public async Task An_update_is_resumed_and_cancelled()
    {
        await Actions().ResumeAsync(SharedDashboard.Halted, default);
        var resumed = await Reader().GetAsync(SharedDashboard.Halted, default);
        await Actions().CancelAsync(SharedDashboard.Halted, default);
        var cancelled = await Reader().GetAsync(SharedDashboard.Halted, default);

        Assert.True(resumed.Status!.State.IsUnderWay());
        Assert.Equal(UpdateState.Cancelled, cancelled.Status!.State);
    }

    [Fact]
    public async Task What_is_not_certified_is_not_promoted_and_doubts_are_not_accepted_by_a_trainer()
    {
        var halted = await Assert.ThrowsAsync<HermesException>(() => Actions().PromoteAsync(SharedDashboard.Halted, accept: false, default));
        _visitor.Bearer = new Bearer("tom", Role.Trainer, "1");
        var trainer = await Assert.ThrowsAsync<HermesException>(() => Actions().PromoteAsync(SharedDashboard.Halted, accept: true, default));

        Assert.Contains("only what is certified becomes live", halted.Message, StringComparison.Ordinal);
        Assert.Contains("this needs an administrator", trainer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_model_does_with_a_dataset_is_read_and_what_another_update_would_be_is_told_to_who_may_begin_one()
    {
        var key = Names.DatasetKey(Names.DefaultSite, SharedDashboard.Grown);
        var learning = await new DatasetReader(_link).GetLearningAsync(key, default);
        var request = new UpdateRequest { Version = "1", Datasets = [key] };
        var preview = await Actions().PreviewAsync(request, default);
        _visitor.Bearer = new Bearer("mara", Role.Viewer, "1");
        var viewer = await Assert.ThrowsAsync<HermesException>(() => Actions().PreviewAsync(request, default));

        Assert.Equal(2, learning.Updates);
        Assert.Equal([Names.DefaultModel], learning.Branches.Keys);
        Assert.Empty(learning.Learners);
        Assert.Equal($"{Names.DefaultModel}@1", preview.Base);
        Assert.Equal(0, preview.Waiting);
        Assert.Equal([new PinnedDataset(key, 1)], preview.Datasets);
        Assert.Contains("this needs a trainer", viewer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_would_be_another_update_by_now_than_somebody_saw_is_not_begun()
    {
        var key = Names.DatasetKey(Names.DefaultSite, SharedDashboard.Grown);
        var request = new UpdateRequest { Version = "1", Datasets = [key], Steps = 2 };
        var seen = await Actions().PreviewAsync(request, default);

        var refused = await Assert.ThrowsAsync<HermesException>(() => Actions().CreateAsync(request, seen with { Datasets = [new PinnedDataset(key, 7)] }, default));

        Assert.Contains("got another version", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_that_is_not_there_is_absent() => Assert.Null((await Reader().GetAsync("nobody", default)).Status);

    private UpdateReader Reader() => new(_link);

    private UpdateActions Actions() => new(new PlatformActions(_link, _visitor, NullLogger<PlatformActions>.Instance));
}
