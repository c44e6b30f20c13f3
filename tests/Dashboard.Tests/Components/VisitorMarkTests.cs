using Bunit;
using Hermes.Dashboard.Components.Layout;
using Hermes.Grains.Interfaces.Access;

namespace Hermes.Dashboard.Tests.Components;

public sealed class VisitorMarkTests : PageContext
{
    [Fact]
    public void Who_one_is_is_said_with_the_role_and_a_way_out()
    {
        Visitor.Bearer = new Bearer("anna", Role.Viewer, "1");

        var mark = Render<VisitorMark>();

        Assert.Equal("You are anna viewer", Words(mark.Find(".hermes-visitor")));
        Assert.Equal(("post", "/sign-out"), (mark.Find("form").GetAttribute("method"), mark.Find("form").GetAttribute("action")));
        Assert.Equal("Sign out", Words(mark.Find("form button[type=submit]")));
    }

    [Fact]
    public void Of_nobody_nothing_is_said()
    {
        Visitor.Bearer = null;

        Assert.Empty(Render<VisitorMark>().Markup.Trim());
    }

    [Fact]
    public void A_page_that_is_open_when_the_time_is_over_is_loaded_again()
    {
        var mark = Render<VisitorMark>();

        mark.InvokeAsync(Visitor.Leave);

        mark.WaitForAssertion(() => Assert.True(Assert.Single(((Bunit.TestDoubles.BunitNavigationManager)Browser).History).Options.ForceLoad));
    }
}
