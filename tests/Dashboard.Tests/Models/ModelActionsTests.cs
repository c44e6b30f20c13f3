using Hermes.Dashboard.Models;
using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Security;
using Hermes.Dashboard.Tests.Browser;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hermes.Dashboard.Tests.Models;

/// <summary>What the pages of models read and do, on a real platform.</summary>
[Collection(SharedDashboardCollection.Name)]
public sealed class ModelActionsTests(SharedDashboard shared) : IAsyncDisposable
{
    private readonly PlatformLink _link = new(new DashboardOptions { Address = shared.Platform.Address }, TimeProvider.System);
    private readonly TestVisitor _visitor = new();

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    [Fact]
    public async Task A_version_is_made_live_and_that_is_taken_back()
    {
        await Actions().MakeLiveAsync(Names.DefaultModel, 1, [SharedDashboard.Grown], default);
        var dropped = (await Reader().GetAsync(Names.DefaultModel, null, default)).Model!;
        await Actions().RollbackAsync(Names.DefaultModel, dropped.Promotions[^1].Id, default);
        var back = await Reader().GetAsync(Names.DefaultModel, null, default);

        Assert.Equal(1, dropped.Aliases["live"]);
        Assert.Equal((2, 1, SharedDashboard.Update), (back.Chosen!.Version.Version, back.Chosen.Parent, back.Update?.Name));
    }

    [Fact]
    public async Task What_would_vanish_unsaid_is_refused_and_so_is_who_only_looks()
    {
        var unsaid = await Assert.ThrowsAsync<HermesException>(() => Actions().MakeLiveAsync(Names.DefaultModel, 1, [], default));
        _visitor.Bearer = new Bearer("mara", Role.Viewer, "1");
        var viewer = await Assert.ThrowsAsync<HermesException>(() => Actions().MakeLiveAsync(Names.DefaultModel, 1, [SharedDashboard.Grown], default));

        Assert.Contains(SharedDashboard.Grown, unsaid.Message, StringComparison.Ordinal);
        Assert.Contains("'mara' is a viewer", viewer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_or_version_that_is_not_there_is_absent()
    {
        Assert.Null((await Reader().GetAsync("nobody", null, default)).Model);
        Assert.Null((await Reader().GetAsync(Names.DefaultModel, 9, default)).Chosen);
    }

    private ModelReader Reader() => new(_link);

    private ModelActions Actions() => new(new PlatformActions(_link, _visitor, NullLogger<PlatformActions>.Instance));
}
