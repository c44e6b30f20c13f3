using Hermes.Model.Training;
using Hermes.Worker.Sharing;

namespace Hermes.Worker.Tests.Sharing;

/// <summary>The first device of a run, and helpers that a test plays over the same sockets.</summary>
public sealed class HelperDevicesTests : IDisposable
{
    private const string Lost = "Another device no longer helps, and it goes on on one: ";

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _said = [];
    private readonly List<DeviceLink> _links = [];

    public void Dispose()
    {
        _links.ForEach(link => link.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public void They_are_in_when_all_are_ready_and_enough_steps_were_taken_without_them()
    {
        using var helpers = Open(3);
        DeviceLink one = Come(1), two = Come(2);
        one.Send(new DeviceWord { Ready = Sizes(3) });
        helpers.Look();
        Assert.Null(one.Receive(TimeSpan.Zero));
        two.Send(new DeviceWord { Ready = Sizes(3) });
        helpers.Look();
        helpers.Look();
        Assert.All([one, two], link => Assert.NotNull(link.Receive(TimeSpan.Zero)!.Memory));

        TakeSteps(helpers, 0, 5, 0.1);
        Assert.True(helpers.AreIn);
        TakeSteps(helpers, 5, 5, 0.05, one, two);
        Assert.Equal(["A step takes 0.05 s on 3 devices and 0.1 s on one: all of them learn."], _said);
        Assert.True(helpers.AreIn);
    }

    [Fact]
    public void Steps_that_are_told_of_together_count_each_as_it_was_taken()
    {
        using var helpers = Open(2);
        var one = Come(1);
        one.Send(new DeviceWord { Ready = Sizes(2) });
        helpers.Look();
        helpers.Look();
        TakeSteps(helpers, 0, 10, 0.1);

        List<StepMetrics> told = [];
        for (var batch = 10; batch < 20; batch++)
        {
            told.Add(Together(helpers, batch, 0.09, one));
        }

        told.ForEach(helpers.Stepped);
        Assert.Equal(["A step takes 0.09 s on 2 devices and 0.1 s on one, which does not pay: it goes on on one, and the others are free."], _said);
        Assert.False(helpers.AreIn);
        Assert.Throws<IOException>(() => Until(one));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void One_that_fails_before_all_are_ready_costs_its_help_and_no_other_waits_at_the_door(int failing)
    {
        using var helpers = Open(3);
        DeviceLink[] links = [Come(1), Come(2)];
        helpers.Look();
        links[failing - 1].Send(new DeviceWord { Failed = "No room is left." });
        helpers.Look();

        Assert.Equal([Lost + "No room is left."], _said);
        var late = Come(2);
        helpers.Look();
        Assert.Throws<IOException>(() => Until(late));
        helpers.Look();
        Assert.Single(_said);
    }

    [Theory]
    [InlineData("place")]
    [InlineData("ready")]
    [InlineData("begun")]
    public void One_that_is_gone_after_any_word_is_noticed_and_the_step_is_taken_without_it(string after)
    {
        using var helpers = Open(2);
        var one = Come(1);
        helpers.Look();
        if (after != "place")
        {
            one.Send(new DeviceWord { Ready = Sizes(2) });
            helpers.Look();
            TakeSteps(helpers, 0, 5, 0.1);
            Assert.True(helpers.AreIn);
        }

        if (after == "begun")
        {
            helpers.Begin(5);
            Assert.Equal(5, Until(one, word => word.Begin is not null).Begin);
        }

        one.Dispose();
        if (after == "ready")
        {
            helpers.Begin(5);
        }

        if (after == "place")
        {
            helpers.Look();
        }
        else
        {
            Assert.False(helpers.End());
        }

        Assert.False(helpers.AreIn);
        Assert.Equal([Lost + "its worker is gone."], _said);
    }

    [Fact]
    public void One_that_computes_otherwise_does_not_help()
    {
        using var helpers = Open(2);
        Come(1).Send(new DeviceWord { Ready = Sizes(2) with { Numerics = "other threads" } });
        helpers.Look();
        helpers.Look();

        Assert.Equal([Lost + "it has other data, another network or computes otherwise."], _said);
    }

    [Fact]
    public void A_cancel_is_heard_while_a_helper_is_waited_for()
    {
        var isCancelled = false;
        using var helpers = Open(2, () => _ = isCancelled ? throw new OperationCanceledException() : 0);
        var one = Come(1);
        one.Send(new DeviceWord { Ready = Sizes(2) });
        helpers.Look();
        helpers.Look();
        TakeSteps(helpers, 0, 5, 0.1);
        helpers.Begin(5);
        isCancelled = true;

        Assert.Throws<OperationCanceledException>(() => helpers.End());
    }

    private static SharedSizes Sizes(int devices) => new(devices, 10, 1, devices, "data", "numerics");

    private static void TakeSteps(HelperDevices helpers, int first, int count, double seconds, params DeviceLink[] links)
    {
        for (var batch = first; batch < first + count; batch++)
        {
            helpers.Stepped(links.Length > 0 ? Together(helpers, batch, seconds, links) : Metrics(batch, seconds));
        }
    }

    private static StepMetrics Together(HelperDevices helpers, int batch, double seconds, params DeviceLink[] links)
    {
        helpers.Begin(batch);
        foreach (var link in links)
        {
            Assert.Equal(batch, Until(link, word => word.Begin is not null).Begin);
            link.Send(new DeviceWord { Done = batch });
        }

        Assert.True(helpers.End());
        return Metrics(batch, seconds);
    }

    private static StepMetrics Metrics(int batch, double seconds) => new(batch + 1, 0, 0, 0, 0, 0, seconds) { Times = new StepTimes(0, 0, 0, 0) };

    private static DeviceWord Until(DeviceLink link, Func<DeviceWord, bool>? isWanted = null)
    {
        while (true)
        {
            if (link.Receive(TimeSpan.FromSeconds(30)) is { } word && isWanted?.Invoke(word) == true)
            {
                return word;
            }
        }
    }

    private HelperDevices Open(int devices, Action? waiting = null) =>
        new(DeviceLink.Listen(_folder.At("data"), "run"), Sizes(devices), waiting ?? (() => { }), _said.Add, TimeProvider.System);

    private DeviceLink Come(int place)
    {
        var link = DeviceLink.TryConnect(_folder.At("data"), "run")!;
        link.Send(new DeviceWord { Place = place });
        _links.Add(link);
        return link;
    }
}
