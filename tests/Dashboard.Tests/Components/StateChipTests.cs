using Bunit;
using Hermes.Dashboard.Components.Parts;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Dashboard.Tests.Components;

public sealed class StateChipTests : PageContext
{
    [Theory]
    [InlineData(UpdateState.Registered, "default")]
    [InlineData(UpdateState.Growing, "info")]
    [InlineData(UpdateState.Training, "info")]
    [InlineData(UpdateState.Evaluating, "info")]
    [InlineData(UpdateState.Certified, "success")]
    [InlineData(UpdateState.Promoted, "success")]
    [InlineData(UpdateState.Rejected, "error")]
    [InlineData(UpdateState.Cancelled, "default")]
    [InlineData(UpdateState.Failed, "error")]
    public void A_state_of_an_update_has_the_colour_of_what_it_means(UpdateState state, string colour) =>
        Assert.Contains($"mud-chip-color-{colour}", Render<StateChip>(p => p.Add(c => c.State, state.ToString())).Find(".mud-chip").ClassList);
}
