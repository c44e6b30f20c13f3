using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Grains.Interfaces.Tests.Access;

public sealed class DecisionsTests
{
    [Fact]
    public void Every_method_of_every_actor_is_decided()
    {
        var methods = typeof(HermesException).Assembly.GetExportedTypes().Where(t => t.IsInterface && t.IsAssignableTo(typeof(IGrain)))
            .SelectMany(t => t.GetMethods().Where(m => !m.IsStatic).Select(m => (t.FullName!, m.Name)));

        Assert.Equal(methods.Order(), Decisions.All.Keys.Order());
    }

    [Theory]
    [InlineData(typeof(IDatasetGrain), nameof(IDatasetGrain.GetAsync), Role.Viewer, false)]
    [InlineData(typeof(IRunGrain), nameof(IRunGrain.StartAsync), Role.Trainer, true)]
    [InlineData(typeof(IDatasetGrain), nameof(IDatasetGrain.WithdrawAsync), Role.Administrator, true)]
    [InlineData(typeof(IAuditGrain), nameof(IAuditGrain.ListAsync), Role.Administrator, false)]
    [InlineData(typeof(IModelGrain), nameof(IModelGrain.PublishAsync), Role.Silo, false)]
    public void What_changes_something_goes_on_record_and_what_only_reads_does_not(Type actor, string method, Role role, bool isRecorded)
    {
        var decision = Decisions.Find(actor, method)!;

        Assert.Equal((role, isRecorded), (decision.Role, decision.IsRecorded));
    }

    [Theory]
    [InlineData(false, Role.Trainer)]
    [InlineData(true, Role.Administrator)]
    public void What_a_certificate_cannot_say_an_administrator_accepts(bool accept, Role needed) =>
        Assert.Equal(needed, Decisions.Find(typeof(IUpdateGrain), nameof(IUpdateGrain.PromoteAsync))!.NeededFor(place => place == 0 ? accept : null));
}
