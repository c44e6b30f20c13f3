using Bunit;
using Hermes.Dashboard.Components.Pages;
using Hermes.Grains.Interfaces;

namespace Hermes.Dashboard.Tests.Components;

public sealed class PriorsPageTests : PageContext
{
    [Fact]
    public void While_a_map_is_made_the_page_says_what_it_waits_for()
    {
        Priors.Map = () => new TaskCompletionSource<Grains.Interfaces.Priors.PriorMap>().Task;
        Publish([], []);

        Assert.StartsWith("Comparing priors", Words(Render<PriorsPage>().Find("[role=status]")), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_model_the_page_teaches_how_to_make_one()
    {
        Priors.Models = [];
        Publish([], []);

        Assert.StartsWith("./hermes train --name", Words(Render<PriorsPage>().Find("pre")), StringComparison.Ordinal);
        Assert.Empty(Priors.Asked);
    }

    [Fact]
    public void A_map_that_cannot_be_made_says_why()
    {
        Priors.Map = () => throw new HermesException("The package is damaged.", hint: "Bring it back.");
        Publish([], []);

        Assert.Contains("The package is damaged. Bring it back.", Words(Render<PriorsPage>().Find("[role=alert]")), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_the_live_version_neighbours_moves_and_findings_are_told()
    {
        Publish([], []);

        var page = Render<PriorsPage>();

        Assert.Equal([new("universal", null)], Priors.Asked);
        Assert.Equal(
            ["a/liver a/spleen 0.900, b/liver 0.800 0.812 0.250", "a/spleen a/liver 0.900, b/liver 0.900 – –", "b/liver a/spleen 0.900, a/liver 0.800 – –"],
            page.FindAll("tbody tr").Select(row => string.Join(' ', Cells(row))));
        Assert.Contains("no more alike than by chance", Words(page.Find("ul.hermes-list")), StringComparison.Ordinal);
        Assert.Equal(2, page.FindAll("svg.hermes-figure").Count);
        Assert.Equal(2, page.FindAll("svg.hermes-figure image").Count);
        Assert.Equal(new[] { "png", "svg", "csv", "json" }.Select(kind => $"/priors/universal/2/combined.{kind}"), page.FindAll("a[download]").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public void What_is_compared_and_looked_at_stands_in_the_address()
    {
        Publish([], []);
        Browser.NavigateTo("/priors?model=organs&version=1&of=modalities&task=t1");

        var page = Render<PriorsPage>();

        Assert.Equal([new("organs", "1")], Priors.Asked);
        Assert.Equal("t1", Words(page.Find("#chosen")));
        Assert.Equal("ct 0.900", Words(page.Find("ol.hermes-list")));
        Assert.Single(page.FindAll("svg.hermes-figure"));
        Assert.Equal("t1", Words(page.Find("svg .hermes-chosen")));
        Assert.EndsWith("?of=modalities", page.Find("a[download]").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_leads_to_its_dataset_what_measured_it_and_cases_that_hold_it()
    {
        Datasets.Cases = () => [Cases.One(1, (2, 4)), Cases.One(2, (1, 3))];
        Publish([], []);
        Browser.NavigateTo("/priors?task=a/liver");

        var page = Render<PriorsPage>();

        var facts = page.Find("dl.hermes-facts");
        Assert.Contains("0.812 over 3 test cases, of the certificate of grow-a", Words(facts), StringComparison.Ordinal);
        Assert.Contains("abdomen", Words(facts), StringComparison.Ordinal);
        Assert.Equal(
            ["/datasets/local/a?version=1", "/datasets?task=a%2Fliver", "/updates/grow-a", "/datasets/local/a/cases/case_002?version=1"],
            facts.QuerySelectorAll("a").Select(a => a.GetAttribute("href")));

        Browser.NavigateTo("/priors?task=b/liver");
        page.WaitForAssertion(() => Assert.Contains("unknown: nothing that came with this version", Words(page.Find("dl.hermes-facts")), StringComparison.Ordinal));
    }

    [Fact]
    public void Posterior_tokens_are_another_map_of_those_tasks_that_have_any()
    {
        var map = TestPriorReader.Of("a/liver", "a/spleen", "b/liver", "b/spleen");
        Priors.Map = () => Task.FromResult(map with { Posterior = TestPriorReader.Of("a/liver", "a/spleen", "b/liver") with { IsPosterior = true, Modalities = [] } });
        Publish([], []);
        Browser.NavigateTo("/priors?of=posterior");

        var page = Render<PriorsPage>();

        Assert.Equal(3, page.FindAll("tbody tr").Count);
        Assert.StartsWith("3 of 4 tasks have posterior tokens", Words(page.Find("ul.hermes-list")), StringComparison.Ordinal);
        Assert.EndsWith("combined.png?of=posterior", page.Find("a[download]").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_without_posterior_tokens_says_so_and_leads_back()
    {
        Publish([], []);
        Browser.NavigateTo("/priors?of=posterior");

        var page = Render<PriorsPage>();

        Assert.StartsWith("This version has no posterior tokens", Words(page.Find("ul.hermes-list")), StringComparison.Ordinal);
        Assert.Empty(page.FindAll("svg.hermes-figure"));
        Assert.NotEmpty(page.FindAll("[role=search]"));
    }

    [Fact]
    public void The_map_is_coloured_and_its_files_drawn_as_the_address_says()
    {
        Publish([], []);
        Browser.NavigateTo("/priors?colour=region&places=components&lines=0.85");

        var page = Render<PriorsPage>();

        var map = page.Find("section[aria-labelledby=map]");
        Assert.Contains("abdomen", map.QuerySelectorAll("svg text").Select(t => t.TextContent));
        Assert.Single(map.QuerySelectorAll("circle").Select(c => c.GetAttribute("fill")).Distinct());
        Assert.EndsWith("combined.png?places=components&colour=region&lines=0.85", page.Find("a[download]").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_join_neighbours_that_are_alike_enough()
    {
        Publish([], []);
        var lines = Lines("/priors?lines=none");

        Assert.Equal(lines + 2, Lines("/priors?lines=0.85"));
        Assert.Equal(lines + 3, Lines("/priors?lines=0.1"));
        Assert.Equal(Lines("/priors?lines=0.3"), Lines("/priors"));

        int Lines(string address)
        {
            Browser.NavigateTo(address);
            return Render<PriorsPage>().FindAll("svg.hermes-figure line").Count;
        }
    }

    [Fact]
    public void A_name_that_looks_like_markup_is_text()
    {
        Priors.Map = () => Task.FromResult(TestPriorReader.Of("a/<b>x</b>", "a/y", "a/z"));
        Publish([], []);

        var page = Render<PriorsPage>();

        Assert.Empty(page.FindAll("b"));
        Assert.Contains(page.FindAll("svg text"), text => text.TextContent == "a/<b>x</b>");
    }
}
