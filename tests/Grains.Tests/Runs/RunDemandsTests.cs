using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Runs;
using Hermes.Imaging.Configuration;

namespace Hermes.Grains.Tests.Runs;

public class RunDemandsTests
{
    private static readonly TrainingConfiguration HermesR = TrainingConfiguration.Preset("hermes-r") with { MicroBatch = null };

    [Theory]
    [InlineData(DeviceKinds.Cuda, 141, null)]
    [InlineData(DeviceKinds.Cuda, 80, 8)]
    [InlineData(DeviceKinds.Cuda, 24, 2)]
    [InlineData(DeviceKinds.Cpu, 64, null)]
    [InlineData(DeviceKinds.Cpu, 24, 2)]
    public void Of_a_batch_as_many_are_learned_at_once_as_a_device_has_room_for(string kind, int gibibytes, int? atOnce)
    {
        var (order, why) = Devices(kind, gibibytes).FittedTo(new RunRequest(), [], Order(HermesR));

        var configuration = TrainingConfiguration.FromJson(order.Configuration!);
        Assert.Equal((HermesR.BatchSize, atOnce), (configuration.BatchSize, configuration.MicroBatch));
        Assert.Equal(HermesR.ToJson(), (configuration with { MicroBatch = null }).ToJson());
        if (atOnce is null)
        {
            Assert.Null(why);
        }
        else
        {
            Assert.Matches(
                $@"^The 16 samples of a step are learned {atOnce} at a time: together they have no room\. It needs about [\d.]+ GiB; the largest device, silo/a, has {gibibytes}\.0 GiB\.$",
                why);
        }
    }

    [Fact]
    public void A_number_that_somebody_said_stays_and_of_what_has_no_room_at_all_the_least_is_asked_for()
    {
        var said = Order(HermesR.WithBatch(batchSize: null, microBatch: 16));
        var (order, why) = Devices(DeviceKinds.Cuda, 24).FittedTo(new RunRequest(), [], said);
        Assert.Equal((said, null), (order, why));

        Assert.Equal(1, TrainingConfiguration.FromJson(Devices(DeviceKinds.Cuda, 2).FittedTo(new RunRequest(), [], Order(HermesR)).Order.Configuration!).MicroBatch);
    }

    [Fact]
    public void A_share_of_a_batch_is_cut_where_each_device_has_room_for_less()
    {
        var (order, why) = Devices(DeviceKinds.Cuda, 24).FittedTo(new RunRequest { Devices = 4 }, [], Order(HermesR));

        Assert.Equal(2, TrainingConfiguration.FromJson(order.Configuration!).MicroBatch);
        Assert.NotNull(why);
        Assert.Null(Devices(DeviceKinds.Cuda, 80).FittedTo(new RunRequest { Devices = 4 }, [], Order(HermesR)).Why);
    }

    [Fact]
    public void Devices_that_learn_together_are_those_of_which_there_are_enough_and_their_largest_share_has_room()
    {
        DeviceDescription[] cards = [.. Enumerable.Range(0, 3).Select(n => new DeviceDescription($"cards/{n}", "cards", DeviceKinds.Cuda, 2) { Memory = 60L << 30 })];
        IReadOnlyList<DeviceDescription> all = [new DeviceDescription("roomy/cuda", "roomy", DeviceKinds.Cuda, 2) { Memory = 500L << 30 }, .. cards];
        var request = new RunRequest { Devices = 3 };

        // The shares are of 6, 5 and 5.
        Assert.Null(all.FittedTo(request, [], Order(HermesR)).Why);
        var (order, why) = all.Select(d => d.Silo == "cards" ? d with { Memory = 30L << 30 } : d).ToList().FittedTo(request, [], Order(HermesR));
        Assert.Equal(3, TrainingConfiguration.FromJson(order.Configuration!).MicroBatch);
        Assert.Matches(@" It needs about [\d.]+ GiB on each of 3 devices; cards/[0-2] has 30\.0 GiB\.$", why);
    }

    [Fact]
    public void Without_a_device_of_its_kind_and_of_one_of_unknown_memory_a_run_asks_for_its_batch()
    {
        Assert.Null(Devices(DeviceKinds.Cpu, 2).FittedTo(new RunRequest { DeviceKind = DeviceKinds.Cuda }, [], Order(HermesR)).Why);
        Assert.Null(Devices(DeviceKinds.Cpu, null).FittedTo(new RunRequest(), [], Order(HermesR)).Why);
    }

    private static IReadOnlyList<DeviceDescription> Devices(string kind, int? gibibytes) =>
        [new DeviceDescription("silo/a", "silo", kind, 2) { Memory = (long?)gibibytes << 30 }];

    private static TrainOrder Order(TrainingConfiguration configuration) => new()
    {
        OrderId = "run",
        Run = "run",
        Configuration = configuration.ToJson(),
        Tasks = ["set/liver"],
        Datasets = [new TrainingDataset { Name = "set", Modality = "ct", Labels = [new LabelEntry(1, "liver", "set/liver")], CasePages = [] }],
    };
}
