using AngleSharp.Dom;
using Bunit;
using Hermes.Dashboard.Administration;
using Hermes.Dashboard.Datasets;
using Hermes.Dashboard.Events;
using Hermes.Dashboard.Models;
using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Priors;
using Hermes.Dashboard.Runs;
using Hermes.Dashboard.Scheduling;
using Hermes.Dashboard.Security;
using Hermes.Dashboard.Segmentations;
using Hermes.Dashboard.Updates;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace Hermes.Dashboard.Tests.Components;

/// <summary>A browser at a dashboard whose platform is the test's.</summary>
public abstract class PageContext : BunitContext, IAsyncLifetime
{
    protected PageContext()
    {
        // A busy machine takes its time; whoever waits for what does not come finds out later.
        DefaultWaitTimeout = TimeSpan.FromSeconds(20);
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(mud => mud.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton(Board).AddSingleton(new DashboardOptions { Address = "10.0.0.7:5081" }).AddSingleton(TimeProvider.System);
        Services.AddSingleton<IDatasetReader>(Datasets).AddSingleton<IRunReader>(Runs).AddSingleton<IPriorReader>(Priors).AddSingleton<DatasetSummaries>().AddSingleton<RunFeeds>();
        Services.AddSingleton<AuthenticationStateProvider>(Visitor).AddSingleton<PlatformLink>().AddSingleton<PlatformActions>().AddSingleton<IRunActions>(RunActions);
        Services.AddSingleton<ISegmentationReader>(Segmentations).AddSingleton<ISegmentationActions>(Segmentations).AddSingleton<Uploads>();
        Services.AddSingleton<IModelReader>(Models).AddSingleton<IModelActions>(ModelActions);
        Services.AddSingleton<IUpdateReader>(Updates).AddSingleton<IUpdateActions>(UpdateActions);
        Services.AddSingleton<IQueueReader>(Queue).AddSingleton<IQueueActions>(Queue).AddSingleton<IEventReader>(Events).AddSingleton<IEventActions>(Events);
        Services.AddSingleton<IAdministrationReader>(Administration).AddSingleton<IAdministrationActions>(Administration);
    }

    private protected PlatformBoard Board { get; } = new();

    private protected TestDatasetReader Datasets { get; } = new();

    private protected TestAdministration Administration { get; } = new();

    private protected TestEvents Events { get; } = new();

    private protected TestQueue Queue { get; } = new();

    private protected TestPriorReader Priors { get; } = new();

    private protected TestRunReader Runs { get; } = new();

    private protected TestRunActions RunActions { get; } = new();

    private protected TestSegmentations Segmentations { get; } = new();

    private protected TestModelReader Models { get; } = new();

    private protected TestModelActions ModelActions { get; } = new();

    private protected TestUpdateReader Updates { get; } = new();

    private protected TestUpdateActions UpdateActions { get; } = new();

    private protected TestVisitor Visitor { get; } = new();

    public Task InitializeAsync()
    {
        // From here on nothing else can be put in a page's way.
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        return Task.CompletedTask;
    }

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    protected static List<string> Cells(IElement row) => [.. row.Children.Select(Words)];

    /// <summary>The words of an element, those of neighbours apart even when no blank stands between their tags.</summary>
    protected static string Words(IElement element) =>
        string.Join(' ', element.GetDescendants().OfType<IText>().SelectMany(t => t.Data.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

    /// <summary>Presses the first button of this label as soon as it may be pressed: what a visitor may do is asked for when a page comes.</summary>
    protected static void Press<T>(IRenderedComponent<T> page, string label)
        where T : IComponent
    {
        page.WaitForAssertion(() => Assert.Contains(page.FindAll("button"), b => Words(b) == label && !b.HasAttribute("disabled")));
        page.FindAll("button").First(b => Words(b) == label && !b.HasAttribute("disabled")).Click();
    }

    /// <summary>Presses a button that asks before anything is done.</summary>
    /// <returns>What it asks.</returns>
    protected static string Ask<T>(IRenderedComponent<T> page, string label)
        where T : IComponent
    {
        Press(page, label);
        return Words(page.WaitForElement(Question(label)));
    }

    /// <summary>Presses a button, answers yes to what it asks, or asked already, and waits until it is done.</summary>
    protected static void Confirm<T>(IRenderedComponent<T> page, string label)
        where T : IComponent
    {
        if (page.FindAll(Question(label)).Count == 0)
        {
            Ask(page, label);
        }

        page.FindAll(Question(label) + " button").First(b => Words(b) == label).Click();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(Question(label))));
    }

    private static string Question(string label) => $"[role=alertdialog][aria-label='{label}']";

    protected NavigationManager Browser => Services.GetRequiredService<NavigationManager>();

    protected void Publish(IReadOnlyList<DatasetRow> datasets, IReadOnlyList<RunRow> runs) =>
        Board.Publish(new PlatformView(new PlatformContents(datasets, runs, datasets.Count, runs.Count)));
}
