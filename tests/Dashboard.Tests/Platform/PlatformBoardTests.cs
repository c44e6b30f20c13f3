using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Tests.Platform;

public sealed class PlatformBoardTests
{
    private readonly PlatformBoard _board = new();
    private int _heard;

    public PlatformBoardTests() => _board.Changed += () => _heard++;

    [Fact]
    public void Pages_hear_of_a_view_once()
    {
        _board.Publish(View(step: 1));
        _board.Publish(View(step: 1));

        Assert.Equal(1, _heard);
    }

    [Fact]
    public void Pages_hear_of_every_difference()
    {
        _board.Publish(View(step: 1));
        _board.Publish(View(step: 2));
        _board.Publish(new PlatformView(Contents: null));
        _board.Publish(new PlatformView(Contents: null, "It is full."));

        Assert.Equal(4, _heard);
    }

    private static PlatformView View(int step) =>
        new(new PlatformContents([Rows.Dataset("a")], [Rows.Run("r", RunState.Running) with { Step = step }], 1, 1));
}
