using Bunit;
using Hermes.Dashboard.Components.Parts;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Microsoft.AspNetCore.Components;

namespace Hermes.Dashboard.Tests.Components;

public sealed class ActionButtonTests : PageContext
{
    private int _acted;
    private int _told;

    [Fact]
    public void Nothing_is_done_before_it_was_confirmed()
    {
        var button = Button();

        button.Find("button").Click();

        Assert.Equal(0, _acted);
        Assert.Contains("It will end.", Words(button.Find("[role=alertdialog]")), StringComparison.Ordinal);

        button.FindAll("button").Single(b => Words(b) == "End it").Click();

        Assert.Equal((1, 1), (_acted, _told));
        Assert.Empty(button.FindAll("[role=alertdialog]"));
    }

    [Fact]
    public void Whoever_thinks_again_does_nothing()
    {
        var button = Button();

        button.Find("button").Click();
        button.FindAll("button").Single(b => Words(b) == "Not now").Click();

        Assert.Equal(0, _acted);
        Assert.Equal("End it", Words(button.Find("button")));
    }

    [Fact]
    public void Whoever_may_not_is_told_so_and_cannot_ask()
    {
        Visitor.Bearer = new Bearer("mara", Role.Viewer, "1");

        var button = Button();

        Assert.True(button.Find("button").HasAttribute("disabled"));
        Assert.Contains("'mara' is a viewer here; this needs a trainer.", Words(button.Find(".hermes-action")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_stands_beside_the_button_and_nothing_is_told_as_done()
    {
        var button = Button(_ => throw new HermesException("It has ended already."));

        button.Find("button").Click();
        button.FindAll("button").Single(b => Words(b) == "End it").Click();

        Assert.Contains("It has ended already.", Words(button.Find("[role=alert]")), StringComparison.Ordinal);
        Assert.Equal(0, _told);
        Assert.Equal("End it", Words(button.Find("button")));
        // At "Not now" when it was asked about, and at the button again.
        Assert.Equal(2, JSInterop.Invocations.Count(i => i.Identifier.EndsWith("focus", StringComparison.OrdinalIgnoreCase)));
    }

    private IRenderedComponent<ActionButton> Button(Func<CancellationToken, Task>? act = null) => Render<ActionButton>(parameters => parameters
        .Add(b => b.Label, "End it")
        .Add(b => b.Question, "It will end.")
        .Add(b => b.Needs, Role.Trainer)
        .Add(b => b.Act, act ?? (_ =>
        {
            _acted++;
            return Task.CompletedTask;
        }))
        .Add(b => b.Done, EventCallback.Factory.Create(this, () => _told++)));
}
