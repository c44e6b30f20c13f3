using Bunit;
using Hermes.Dashboard.Components.Pages;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;

namespace Hermes.Dashboard.Tests.Components;

public sealed class AuditListTests : PageContext
{
    [Fact]
    public void Without_records_the_page_says_what_would_be_on_it()
    {
        Publish([], []);

        Assert.Contains("Nobody changed anything yet.", Words(Render<AuditList>().Find(".hermes-empty")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_that_may_not_be_read_says_why()
    {
        Publish([], []);
        Administration.Audit = () => throw new HermesException("'mara' is a viewer here; this needs an administrator.");

        Assert.Contains("this needs an administrator", Words(Render<AuditList>().Find("[role=alert]")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_says_who_did_what_and_how_it_ended()
    {
        Publish([], []);
        Administration.Audit = () => Task.FromResult(Records(1));

        var row = Assert.Single(Render<AuditList>().FindAll("tbody tr"));

        Assert.Equal(["1970-01-01 00:00", "anna", "trainer", "run", "first", "cancel", "REFUSED It has ended."], Cells(row));
    }

    [Fact]
    public void What_is_searched_for_and_where_it_goes_on_stands_in_the_address()
    {
        Publish([], []);
        Administration.Audit = () => Task.FromResult(Records(AuditList.RowsPerPage + 1));
        Browser.NavigateTo("/admin/audit?who=anna&kind=run&name=first&outcome=refused&before=900");

        var page = Render<AuditList>();

        Assert.Equal((new AuditSearch("anna", "run", "first", Outcome: AuditOutcome.Refused), 900L), Assert.Single(Administration.Searched));
        Assert.Equal(AuditList.RowsPerPage, page.FindAll("tbody tr").Count);
        Assert.EndsWith("&before=2", page.Find("a[rel=next]").GetAttribute("href"), StringComparison.Ordinal);
        Assert.EndsWith("outcome=refused", page.Find("a[rel=prev]").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_part_leads_to_none_that_is_older()
    {
        Publish([], []);
        Administration.Audit = () => Task.FromResult(Records(AuditList.RowsPerPage));

        var page = Render<AuditList>();

        Assert.Empty(page.FindAll("a[rel=next]"));
        Assert.Empty(page.FindAll("a[rel=prev]"));
    }

    private static IReadOnlyList<AuditRecord> Records(int count) =>
    [
        .. Enumerable.Range(0, count).Select(n => new AuditRecord(
            count - n, DateTimeOffset.UnixEpoch, "anna", Role.Trainer, "cancel", "run", "first", AuditOutcome.Refused, "It has ended.")),
    ];
}
