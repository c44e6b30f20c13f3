using Bunit;
using Hermes.Dashboard.Administration;
using Hermes.Dashboard.Components.Pages;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Dashboard.Tests.Components;

public sealed class AdminPageTests : PageContext
{
    private static readonly AccessEntry Anna = new("anna", Role.Trainer, "1", DateTimeOffset.UnixEpoch, null);
    private static readonly AccessEntry Bert = new("bert", Role.Viewer, "2", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(1));

    public AdminPageTests() => Publish([], []);

    [Fact]
    public void A_platform_that_does_not_say_what_it_is_tells_why()
    {
        Administration.Report = () => throw new HermesException("No platform answers at 10.0.0.7:5081.");

        Assert.Contains("No platform answers at 10.0.0.7:5081.", Words(Render<AdminPage>().Find("[role=alert]")), StringComparison.Ordinal);
    }

    [Fact]
    public void Silos_health_and_what_is_in_force_are_told()
    {
        var health = new PlatformHealth("degraded", [new PlatformCheck("database", "healthy", "/data/hermes/hermes.db"), new PlatformCheck("disk", "degraded", "1 GiB is free.")]);
        var told = new ConfigReport([new SettingReport("threads", "HERMES_THREADS", "2", null, "Threads."), new SettingReport("site", "HERMES_SITE", "clinic", "in the option --site", "The site.")]);
        Administration.Report = () => Task.FromResult(
            new PlatformReport(TestAdministration.Described, Silos(health), health, [new PlatformTrouble("worker silo/cpu", "The worker hung.", DateTimeOffset.UnixEpoch, 2)], told));

        var page = Render<AdminPage>();

        Assert.Equal(["silo", "10.0.0.7:5081", "clinic", "keep, compute", "cuda:0, 24.0 GiB", "DEGRADED", "1 GiB is free."], Cells(Assert.Single(page.FindAll("section[aria-labelledby=silos] tbody tr"))));
        Assert.Equal(
            [["database", "HEALTHY", "/data/hermes/hermes.db"], ["disk", "DEGRADED", "1 GiB is free."]], page.FindAll("section[aria-labelledby=health] tbody tr").Select(Cells));
        Assert.Equal("worker silo/cpu : The worker hung. Last at 1970-01-01 00:00 UTC, 2 times.", Words(page.Find("section[aria-labelledby=health] li")));
        Assert.Contains("Version 1.2.3", page.FindAll("section[aria-labelledby=settings] .hermes-fact").Select(Words));
        Assert.Contains("Database /data/hermes/hermes.db", page.FindAll("section[aria-labelledby=settings] .hermes-fact").Select(Words));
        Assert.Equal(
            [["site", "clinic", "in the option --site", "The site."], ["threads", "2", "Threads."]], page.FindAll("section[aria-labelledby=settings] tbody tr").Select(Cells));
        Assert.Contains(AdminPage.HowToBackUp, page.FindAll("pre").Select(p => p.TextContent));
        Assert.Equal("/admin/audit", page.Find("section[aria-labelledby=audit] a").GetAttribute("href"));
    }

    [Fact]
    public void Each_silo_is_told_with_its_disk_and_looked_at_closely_by_its_address()
    {
        var health = new PlatformHealth("healthy", [new PlatformCheck("database", "healthy", "/data/two/hermes.db")]);
        var gone = new SiloReport(new SiloDescription("gone", "10.0.0.9:5081", "clinic", [SiloRoles.Keep], []), null);
        var trouble = new PlatformTrouble("disk", "1 GiB is free.", DateTimeOffset.UnixEpoch, 1, "gone");
        Administration.Report = () => Task.FromResult(new PlatformReport(TestAdministration.Described, [.. Silos(health), gone], health, [trouble]));
        Browser.NavigateTo("/admin?silo=silo");

        var page = Render<AdminPage>();

        var rows = page.FindAll("section[aria-labelledby=silos] tbody tr");
        Assert.Equal(["/admin?silo=silo", "/admin?silo=gone"], rows.Select(r => r.QuerySelector("a")!.GetAttribute("href")));
        Assert.Equal(["does not answer", "–"], Cells(rows[1])[^2..]);
        Assert.Equal("silo", Administration.LookedAt);
        Assert.Equal("Health of the silo silo", Words(page.Find("#health")));
        Assert.Equal("Configuration in force of the silo silo", Words(page.Find("#settings")));
        Assert.StartsWith("disk of the silo gone: 1 GiB is free.", Words(page.Find("section[aria-labelledby=health] li")), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_silo_that_does_not_answer_nothing_is_told_that_is_anothers()
    {
        var gone = new SiloReport(new SiloDescription("gone", "10.0.0.9:5081", "clinic", [SiloRoles.Keep], []), null);
        Administration.Report = () => Task.FromResult(new PlatformReport(null, [.. Silos(new PlatformHealth("healthy", [])), gone], null, []));
        Browser.NavigateTo("/admin?silo=gone");

        var page = Render<AdminPage>();

        Assert.Equal("Silos 2", Words(page.Find("#silos")));
        Assert.Equal("It does not answer, or does not say.", Words(page.Find("section[aria-labelledby=health] p")));
        Assert.Equal("It does not answer.", Words(page.Find("section[aria-labelledby=settings] p")));
        Assert.DoesNotContain("/data/hermes", page.Find("section[aria-labelledby=settings]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_no_such_silo_any_more_that_is_said_with_whose_health_it_is()
    {
        Administration.Report = () => Task.FromResult(new PlatformReport(TestAdministration.Described, Silos(new PlatformHealth("healthy", [])), null, []));
        Browser.NavigateTo("/admin?silo=gone");

        var page = Render<AdminPage>();

        Assert.StartsWith("There is no silo 'gone' now: it was ended, or nothing is heard of it.", Words(page.Find("p[role=status]")), StringComparison.Ordinal);
        Assert.Equal("Health of the silo that answers", Words(page.Find("#health")));
    }

    [Fact]
    public void Tokens_are_told_without_what_they_are_and_those_that_are_good_first()
    {
        Administration.Access = () => Task.FromResult<IReadOnlyList<AccessEntry>>([Bert, Anna]);

        var rows = Render<AdminPage>().FindAll("section[aria-labelledby=access] tbody tr");

        Assert.Equal([["anna", "trainer", "1970-01-01 00:00", "Withdraw"], ["bert", "viewer", "1970-01-01 00:00", "1970-01-01 01:00"]], rows.Select(Cells));
    }

    [Fact]
    public void Whoever_may_not_read_tokens_is_told_so_beside_the_rest()
    {
        Administration.Access = () => throw new HermesException("'mara' is a viewer here; this needs an administrator.");

        var page = Render<AdminPage>();

        Assert.Contains("this needs an administrator", Words(page.Find("section[aria-labelledby=access] [role=alert]")), StringComparison.Ordinal);
        Assert.NotEmpty(page.FindAll("section[aria-labelledby=silos]"));
    }

    [Fact]
    public void A_token_that_is_made_is_shown_once()
    {
        var page = Render<AdminPage>();
        page.Find("section[aria-labelledby=access] input[maxlength]").Input("anna");

        Confirm(page, "Make a token");

        page.WaitForAssertion(() => Assert.Equal("hermes:anna:secret", page.Find(".hermes-token").TextContent));
        Assert.Equal(["create anna viewer"], Administration.Done);

        Press(page, "I have it");
        Assert.DoesNotContain("secret", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_cannot_be_one_makes_no_token()
    {
        var page = Render<AdminPage>();

        Confirm(page, "Make a token");

        Assert.Contains("cannot be the name of a token", Words(page.Find("[role=alert]")), StringComparison.Ordinal);
        Assert.Empty(Administration.Done);
    }

    [Fact]
    public void A_token_is_withdrawn()
    {
        Administration.Access = () => Task.FromResult<IReadOnlyList<AccessEntry>>([Anna]);
        var page = Render<AdminPage>();

        Confirm(page, "Withdraw");

        Assert.Equal(["withdraw anna"], Administration.Done);
    }

    [Fact]
    public void Blobs_are_checked_and_what_is_wrong_names_its_owners()
    {
        Administration.Stretches =
        [
            new BlobCheck { Blobs = 2, Bytes = 1 << 20, Problems = [new BlobProblem("ab12", "It is damaged.", ["dataset local/abdomen"])] },
            new BlobCheck { Blobs = 1, Bytes = 1 << 20, Problems = [new BlobProblem("cd34", "It is missing.", [])] },
        ];
        var page = Render<AdminPage>();

        Confirm(page, "Check all blobs");

        page.WaitForAssertion(() => Assert.Contains("3 blobs with 2.0 MiB were compared with their digests; 2 are missing or damaged.", Words(page.Find("p[role=status]")), StringComparison.Ordinal));
        Assert.Equal(
            ["It is damaged. It belongs to dataset local/abdomen. ab12", "It is missing. Nothing refers to it. cd34"], page.FindAll("section[aria-labelledby=storage] li").Select(Words));
    }

    [Theory]
    [InlineData("Count unused blobs", "To be removed 3 blobs, 3.0 MiB", "collect True")]
    [InlineData("Remove unused blobs", "Removed 3 blobs, 3.0 MiB", "collect False")]
    public void Blobs_that_nothing_refers_to_are_counted_or_removed(string button, string told, string done)
    {
        var page = Render<AdminPage>();

        Confirm(page, button);

        page.WaitForAssertion(() => Assert.Contains(told, page.FindAll("section[aria-labelledby=storage] .hermes-fact").Select(Words)));
        Assert.Equal([done], Administration.Done);
    }

    private static SiloReport[] Silos(PlatformHealth health) => [.. TestAdministration.Described.Members!.Select(s => new SiloReport(s, health))];
}
