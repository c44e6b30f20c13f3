using AngleSharp.Dom;
using Bunit;
using Hermes.Client.Models;
using Hermes.Client.Tests.Models;
using Hermes.Dashboard.Components.Pages;
using Hermes.Dashboard.Models;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Dashboard.Tests.Components;

public sealed class ModelDetailTests : PageContext
{
    public ModelDetailTests() => Publish([], []);

    [Fact]
    public void A_model_that_is_not_there_is_said_to_be_absent() => Assert.Contains("There is no model 'universal'.", Show().Markup, StringComparison.Ordinal);

    [Fact]
    public void The_lineage_leads_to_every_version_and_the_live_one_is_shown()
    {
        Have(Grown.Forked());
        Browser.NavigateTo("/models/universal");

        var page = Show();

        Assert.Equal(["4", "3", "2", "1"], page.FindAll("svg.hermes-figure a").Select(Words));
        Assert.EndsWith("/models/universal?version=2", page.FindAll("svg.hermes-figure a")[2].GetAttribute("href"), StringComparison.Ordinal);
        Assert.Equal("3", Words(page.Find("svg .hermes-chosen")));
        Assert.Equal("Version 3 live", Words(page.Find("#version")));
    }

    [Fact]
    public void Of_a_version_is_told_what_it_came_of_and_what_it_was_trained_on()
    {
        Have(Grown.Forked());

        var page = Show();
        var facts = page.FindAll("section[aria-labelledby=version] .hermes-fact").Select(Words).ToList();

        Assert.Contains("Came about with nodes , from version 1", facts);
        Assert.Contains("Update grow-nodes", facts);
        Assert.Contains("Run of its trunk first", facts);
        Assert.Contains("Its trunk learned from local/abdomen@2", facts);
        Assert.Contains("Its branches learned from local/nodes@1", facts);
        Assert.Contains($"Trunk {Grown.Blob("first").Sha256[..12]}", facts);
        Assert.Equal(
            ["/datasets/local/abdomen?version=2", "/datasets/local/nodes?version=1", "/priors?model=universal&version=3", "/runs/first", "/updates/grow-nodes"],
            page.FindAll("section[aria-labelledby=version] .hermes-fact a").Select(a => a.GetAttribute("href")!).Where(h => h.StartsWith('/')).Order(StringComparer.Ordinal));
        Assert.Equal(Grown.Blob("first").Sha256, page.Find("code[title]").GetAttribute("title"));
    }

    [Fact]
    public void Of_an_imported_version_the_file_is_told_and_which_names_nobody_has_verified()
    {
        var grown = Grown.Forked();
        var task = grown.Versions[0].Content.PromptGroups[0].Labels[0].Task;
        Have(grown with
        {
            Versions =
            [
                grown.Versions[0] with
                {
                    Run = "", Datasets = [], Origin = new ModelOrigin("hermes_resunet.pth", new string('a', 64)),
                    Content = grown.Versions[0].Content with { Unverified = [task] },
                },
            ],
            Aliases = new Dictionary<string, int> { [IModelGrain.LiveAlias] = 1 },
            Promotions = [],
        });

        var page = Show();
        var facts = page.FindAll("section[aria-labelledby=version] .hermes-fact").Select(Words).ToList();

        Assert.Contains("Came about imported from hermes_resunet.pth", facts);
        Assert.Contains($"File of its trunk {new string('a', 12)}", facts);
        Assert.DoesNotContain(facts, f => f.StartsWith("Run of its trunk", StringComparison.Ordinal) || f.StartsWith("Its trunk learned from", StringComparison.Ordinal));
        Assert.Equal($"1 {task} ?", Words(page.FindAll("section[aria-labelledby=groups] tbody .hermes-words div")[0]));
    }

    [Fact]
    public void Every_prompt_group_says_who_learned_it_on_which_trunk()
    {
        Have(Grown.Forked());

        var rows = Show().FindAll("section[aria-labelledby=groups] tbody tr").Select(Cells).ToList();

        var (first, nodes) = (Grown.Blob("first").Sha256[..12], Grown.Branch("nodes").Package.Sha256[..12]);
        Assert.Equal(["abdomen", "ct", "1 abdomen/one", $"trunk {first}", "local/abdomen@2", "–", "–", "–"], rows[0]);
        Assert.Equal(["nodes", "ct", "1 nodes/one", $"branch {nodes} on the trunk {first}", "local/nodes@1", "grow-nodes", "1,234", "0.800"], rows[1]);
    }

    [Fact]
    public void The_certificate_of_the_update_that_made_the_version_stands_with_it()
    {
        Have(Grown.Forked(), Grown.Update(UpdateState.Promoted) with { Certificate = Grown.Certificate() });

        Assert.Contains("not a bit moved", Words(Show().Find("section[aria-labelledby=certificate]")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_of_the_address_is_shown_and_one_that_is_not_there_is_said_to_be_absent()
    {
        Have(Grown.Forked());
        Browser.NavigateTo("/models/universal?version=1");
        Assert.Equal("Version 1", Words(Show().Find("#version")));

        foreach (var other in new[] { "9", "x" })
        {
            Browser.NavigateTo($"/models/universal?version={other}");
            Assert.Contains($"There is no version {other} of this model.", Show().Markup, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Making_a_version_live_names_what_is_dropped_and_drops_that()
    {
        Have(Grown.Forked());
        Browser.NavigateTo("/models/universal?version=2");
        var page = Show();

        Assert.Contains("nodes is no longer answered, lesions is answered then", Ask(page, "Make it live and drop nodes"), StringComparison.Ordinal);
        Assert.Empty(ModelActions.Done);
        Confirm(page, "Make it live and drop nodes");

        Assert.Equal(["make universal@2 live, dropping nodes"], ModelActions.Done);
    }

    [Fact]
    public void What_is_live_or_withdrawn_is_not_made_live()
    {
        Have(Grown.Forked() with { Withdrawn = ["local/lesions"] });
        Assert.DoesNotContain(Show().FindAll("button"), b => Words(b).StartsWith("Make", StringComparison.Ordinal));

        Browser.NavigateTo("/models/universal?version=2");
        var page = Show();

        Assert.DoesNotContain(page.FindAll("button"), b => Words(b).StartsWith("Make", StringComparison.Ordinal));
        Assert.Contains("It is withdrawn: it holds the branch of lesions", Words(page.Find("section[aria-labelledby=version]")), StringComparison.Ordinal);
        Assert.Empty(page.FindAll("a[href^='/priors']"));
    }

    [Fact]
    public void What_is_live_can_be_taken_back_and_says_what_happens()
    {
        Have(Grown.Forked());
        var page = Show();

        Assert.Contains("nodes is no longer answered; what others promoted since stays", Ask(page, "Roll back"), StringComparison.Ordinal);
        Confirm(page, "Roll back");

        Assert.Equal(["roll grow-nodes of universal back"], ModelActions.Done);
        Assert.Equal(
            ["with nodes update grow-nodes", "taken back: without lesions a person", "with lesions update grow-lesions", "another trunk run first"],
            page.FindAll("section[aria-labelledby=promotions] tbody tr").Select(r => string.Join(' ', Cells(r).Skip(3).Take(2))));
    }

    [Fact]
    public void Who_only_looks_may_neither_promote_nor_roll_back()
    {
        Visitor.Bearer = new Bearer("mara", Role.Viewer, "1");
        Have(Grown.Forked());
        Browser.NavigateTo("/models/universal?version=1");

        var page = Show();

        Assert.True(Button(page, "Roll back").HasAttribute("disabled"));
        Assert.True(Button(page, "Make it live and drop nodes").HasAttribute("disabled"));
    }

    [Fact]
    public void A_long_lineage_is_told_in_parts()
    {
        Have(Grown.InLine(120));
        Browser.NavigateTo("/models/universal?page=3");

        var page = Show();

        Assert.Equal(20, page.FindAll("svg.hermes-figure circle").Count);
        Assert.Equal("20", Words(page.Find("svg.hermes-figure a")));
        Assert.Contains("101–120 of 120", Words(page.Find("nav")), StringComparison.Ordinal);
    }

    private static IElement Button(IRenderedComponent<ModelDetail> page, string label) => page.FindAll("button").Single(b => Words(b) == label);

    private void Have(ModelStatus model, UpdateStatus? update = null)
    {
        var origins = ModelLineage.Of(model);
        Models.View = version => Task.FromResult(new ModelView(model, origins, origins.FirstOrDefault(o => o.Version.Version == (version ?? model.Live()!.Version)), update));
    }

    private IRenderedComponent<ModelDetail> Show() => Render<ModelDetail>(parameters => parameters.Add(p => p.Name, "universal"));
}
