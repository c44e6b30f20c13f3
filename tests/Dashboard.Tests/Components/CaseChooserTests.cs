using Bunit;
using Hermes.Client.Connection;
using Hermes.Dashboard.Components.Parts;
using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Volumes;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using MudBlazor;

namespace Hermes.Dashboard.Tests.Components;

public sealed class CaseChooserTests : PageContext
{
    private const string Key = "local/abdomen";

    private string? _dataset;
    private (string CaseId, int Version)? _case;

    [Fact]
    public async Task Datasets_are_searched_by_the_platform_and_one_without_cases_cannot_be_chosen()
    {
        Datasets.List = () => Task.FromResult(new CatalogPage<DatasetRow>([Rows.Dataset("abdomen") with { Cases = 4 }, Rows.Dataset("abdomen2", DatasetState.Refused)], 2));
        var chooser = Show(null);
        var field = Field(chooser, "Dataset");

        Assert.Equal([Key, "local/abdomen2"], await Offers(chooser, field, " abd "));
        Assert.Equal("abd", Datasets.Asked.Last().Search);
        Assert.Equal((false, true), (field.ItemDisabledFunc!(Key), field.ItemDisabledFunc("local/abdomen2")));
        Assert.Equal(["Dataset"], chooser.FindComponents<MudAutocomplete<string>>().Select(f => f.Instance.Label));
        await chooser.InvokeAsync(() => field.ValueChanged.InvokeAsync(Key));
        Assert.Equal(Key, _dataset);
    }

    [Fact]
    public async Task A_case_is_offered_by_a_part_of_its_name_and_chosen_in_the_version_that_is_the_newest()
    {
        Has(3);
        var chooser = Show(Key);
        var field = Field(chooser, "Case");

        Assert.Equal(["case_000", "case_001", "case_002"], await Offers(chooser, field, ""));
        Assert.Equal(["case_002"], await Offers(chooser, field, "SE_002"));
        Assert.Empty(await Offers(chooser, field, "case_007"));
        Assert.Empty(chooser.FindAll("nav"));
        await chooser.InvokeAsync(() => field.ValueChanged.InvokeAsync("case_002"));
        Assert.Equal(("case_002", 5), _case);
    }

    [Fact]
    public async Task Of_many_cases_those_of_a_part_are_offered_and_any_other_by_its_whole_name()
    {
        Has(300);
        Datasets.Case = new FoundCase(new CaseStanding(Cases.One(7), 5, 7, null, null), Declaration, null);
        Browser.NavigateTo("/segment?page=2");
        var chooser = Show(Key);
        var field = Field(chooser, "Case");

        Assert.Equal((5, 1), Datasets.CasePages.Last());
        Assert.Equal(21, (await Offers(chooser, field, "case")).Count);
        Assert.Equal(["case_299"], await Offers(chooser, field, "299"));
        Assert.Empty(await Offers(chooser, field, "case_00"));
        Assert.Equal(["case_007"], await Offers(chooser, field, "case_007"));
        Assert.Contains("257–300 of 300", Words(chooser.Find("nav")), StringComparison.Ordinal);
        Assert.Contains(chooser.FindAll("nav a"), a => a.GetAttribute("href")!.EndsWith("/segment", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_search_that_is_answered_late_offers_what_the_newer_one_found()
    {
        var (slow, quick) = (new TaskCompletionSource<CatalogPage<DatasetRow>>(), new CatalogPage<DatasetRow>([Rows.Dataset("abdomen")], 1));
        var chooser = Show(null);
        Datasets.List = () => slow.Task;
        var older = Offers(chooser, Field(chooser, "Dataset"), "");
        Datasets.List = () => Task.FromResult(quick);

        Assert.Equal([Key], await Offers(chooser, Field(chooser, "Dataset"), "abd"));
        slow.SetResult(new CatalogPage<DatasetRow>([Rows.Dataset("abdomen"), Rows.Dataset("brain")], 2));

        Assert.Equal([Key], await older);
    }

    [Fact]
    public async Task A_search_that_fails_says_why_until_one_succeeds()
    {
        var chooser = Show(null);
        Datasets.List = () => throw new HermesException("The catalog is torn.");

        Assert.Empty(await Offers(chooser, Field(chooser, "Dataset"), "a"));
        chooser.WaitForAssertion(() => Assert.Contains("The catalog is torn.", Words(chooser.Find("[role=alert]")), StringComparison.Ordinal));

        Datasets.List = () => Task.FromResult(new CatalogPage<DatasetRow>([], 0));
        await Offers(chooser, Field(chooser, "Dataset"), "b");
        chooser.WaitForAssertion(() => Assert.Empty(chooser.FindAll("[role=alert]")));
    }

    [Fact]
    public void While_the_cases_are_read_it_says_so_and_a_dataset_can_be_chosen()
    {
        Datasets.Status = () => new TaskCompletionSource<DatasetStatus>().Task;

        var chooser = Show(Key);

        Assert.Contains("Reading the cases …", Words(chooser.Find("[role=status]")), StringComparison.Ordinal);
        Assert.Equal(["Dataset"], chooser.FindComponents<MudAutocomplete<string>>().Select(f => f.Instance.Label));
    }

    [Fact]
    public void Cases_that_cannot_be_read_say_why()
    {
        Datasets.Status = () => throw new HermesException("The state is torn.");

        Assert.Contains("The state is torn.", Words(Show(Key).Find("[role=alert]")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Key, DatasetState.Absent, "There is no dataset 'local/abdomen'.")]
    [InlineData("../abdomen", DatasetState.Ready, "There is no dataset '../abdomen'.")]
    [InlineData(Key, DatasetState.Withdrawn, "The dataset 'local/abdomen' has no cases; it is WITHDRAWN.")]
    public void A_dataset_that_has_none_to_choose_from_is_told(string key, DatasetState state, string told)
    {
        Datasets.Status = () => Task.FromResult(new DatasetStatus { State = state, Version = 5 });

        Assert.Equal(told, Words(Show(key).Find("p[role=status]")));
    }

    private static DatasetDeclaration Declaration => new() { Name = "abdomen", Modality = "ct", Labels = [] };

    private static async Task<List<string>> Offers(IRenderedComponent<CaseChooser> chooser, MudAutocomplete<string> field, string written)
    {
        List<string> offered = [];
        await chooser.InvokeAsync(async () => offered.AddRange((await field.SearchFunc!(written, CancellationToken.None)!)!));
        return offered;
    }

    private static MudAutocomplete<string> Field(IRenderedComponent<CaseChooser> chooser, string label)
    {
        chooser.WaitForAssertion(() => Assert.Contains(chooser.FindComponents<MudAutocomplete<string>>(), f => f.Instance.Label == label));
        return chooser.FindComponents<MudAutocomplete<string>>().Single(f => f.Instance.Label == label).Instance;
    }

    private void Has(int cases)
    {
        Datasets.Status = () => Task.FromResult(new DatasetStatus { State = DatasetState.Ready, Version = 5, Cases = cases, Declaration = Declaration });
        Datasets.Cases = () => [.. Enumerable.Range(0, cases).Select(number => Cases.One(number))];
    }

    private IRenderedComponent<CaseChooser> Show(string? dataset)
    {
        Publish([], []);
        return Render<CaseChooser>(p => p.Add(c => c.DatasetKey, dataset).Add(c => c.DatasetChosen, key => _dataset = key).Add(c => c.CaseChosen, chosen => _case = chosen));
    }
}
