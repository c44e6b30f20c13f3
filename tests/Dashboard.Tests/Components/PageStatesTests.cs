using Bunit;
using Hermes.Dashboard.Administration;
using Hermes.Dashboard.Components;
using Hermes.Dashboard.Datasets;
using Hermes.Dashboard.Events;
using Hermes.Dashboard.Models;
using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Priors;
using Hermes.Dashboard.Runs;
using Hermes.Dashboard.Scheduling;
using Hermes.Dashboard.Segmentations;
using Hermes.Dashboard.Tests.Browser;
using Hermes.Dashboard.Updates;
using Microsoft.Extensions.DependencyInjection;

namespace Hermes.Dashboard.Tests.Components;

/// <summary>What every page says while it has nothing to show.</summary>
public sealed class PageStatesTests : PageContext
{
    private const string Content = "#content";

    // The one that says that there is no page reads nothing, and what the first page reads is what tells whether there is a platform.
    private static readonly string[] Still = ["not-found"];
    private static readonly string[] NotAsking = [.. Still, ""];

    private static readonly Type[] Readers =
    [
        typeof(IAdministrationReader), typeof(IDatasetReader), typeof(IEventReader), typeof(IModelReader), typeof(IPriorReader), typeof(IQueueReader), typeof(IRunReader),
        typeof(ISegmentationReader), typeof(IUpdateReader),
    ];

    private Exception? _failure;

    public PageStatesTests()
    {
        foreach (var reader in Readers)
        {
            Services.AddSingleton(reader, SilentReader.Of(reader, () => _failure));
        }
    }

    public static IEnumerable<object[]> Pages => RoutesBut(Still);

    public static IEnumerable<object[]> Asking => RoutesBut(NotAsking);

    [Theory]
    [MemberData(nameof(Pages))]
    public void Before_the_first_look_no_platform_is_called_absent(string route)
    {
        var page = Show(route);

        Assert.Equal("Looking for a platform at 10.0.0.7:5081 …", Words(page.Find($"{Content} .hermes-loading[role=status]")));
        Assert.Empty(page.FindAll($"{Content} [role=alert]"));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Without_a_platform_it_is_said_how_to_start_one(string route)
    {
        Board.Publish(new PlatformView(Contents: null));

        var page = Show(route);

        Assert.StartsWith("No platform at 10.0.0.7:5081; start one with ./hermes serve", Words(page.Find($"{Content} [role=alert]")), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Asking))]
    public void While_the_platform_is_asked_that_is_said(string route)
    {
        Publish([], []);

        var page = Show(route);

        Assert.Matches("^(Asking|Looking for the case|Comparing priors).* …$", Words(page.Find($"{Content} .hermes-loading[role=status]")));
        Assert.Empty(page.FindAll($"{Content} [role=alert]"));
    }

    [Theory]
    [MemberData(nameof(Asking))]
    public void What_cannot_be_read_says_why_and_that_it_goes_on(string route)
    {
        Publish([], []);
        _failure = new InvalidDataException("A row is torn.");

        var page = Show(route);

        page.WaitForAssertion(() => Assert.Equal(
            "It could not be read: A row is torn. This page goes on by itself as soon as the platform answers.", Words(page.Find($"{Content} [role=alert]"))));
        Assert.Empty(page.FindAll($"{Content} .hermes-loading"));
    }

    private static IEnumerable<object[]> RoutesBut(string[] left) =>
        from route in DashboardPage.All.Select(page => page.Route).Except(left)
        select new object[] { route.Replace(SharedDashboard.Answer, new string('a', 64), StringComparison.Ordinal) };

    private IRenderedComponent<Routes> Show(string route)
    {
        Browser.NavigateTo($"/{route}");
        return Render<Routes>();
    }
}
