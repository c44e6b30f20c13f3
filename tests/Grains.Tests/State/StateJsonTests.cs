using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.Tasks;
using Hermes.Grains.Owners;
using Hermes.Grains.Runs;
using Hermes.Grains.Scheduling;
using Hermes.Grains.Segmentations;
using Hermes.Grains.State;
using Hermes.Grains.Tasks;

namespace Hermes.Grains.Tests.State;

public sealed class StateJsonTests
{
    private readonly StateJson _json = new();

    [Fact]
    public void A_state_comes_back_as_it_was_stored()
    {
        var record = new RunRecord { State = RunState.Running, Step = 4, LastMetrics = new Dictionary<string, double> { ["loss"] = double.NaN } };
        var state = new Versioned<RunRecord> { Format = StateJson.Format, Version = 3, Sequence = 9, Value = record };

        var text = _json.Serialize(state).ToString();

        Assert.Contains("\"state\":\"running\"", text, StringComparison.Ordinal);
        Assert.Equal((3, 9, 4, double.NaN), Numbers(_json.Deserialize<Versioned<RunRecord>>(new BinaryData(text))));
    }

    [Fact]
    public void What_an_older_program_stored_is_read_though_members_were_added_or_taken_away_since()
    {
        const string Old = """{"version":7,"value":{"state":"queued","sequence":12,"request":{"model":"universal","version":1,"image":{"site":"local","sha256":"00","length":1,"mediaType":"x"}}}}""";

        var state = _json.Deserialize<Versioned<SegmentationRecord>>(new BinaryData(Old));

        Assert.Equal((7, 0, "universal"), (state.Version, state.Format, state.Value.Request!.Model));
        Assert.Null(state.Value.Request.Prompt);
    }

    [Fact]
    public void Tasks_that_were_registered_before_there_were_label_schemas_are_read()
    {
        const string Old = """{"format":1,"version":2,"value":{"tasks":[{"index":0,"task":"amos/liver","declaredBy":"local/amos"}]}}""";

        var state = _json.Deserialize<Versioned<TaskRegistryRecord>>(new BinaryData(Old));

        Assert.Equal([new TaskEntry(0, "amos/liver", "local/amos")], state.Value.Tasks);
        Assert.Null(state.Value.Tasks[0].LabelSchema);
    }

    [Fact]
    public void A_queue_that_was_stored_as_names_is_read_in_its_order_and_a_lease_of_then_stays()
    {
        const string Old = """{"format":1,"version":2,"value":{"token":4,"queue":["b","a"],"leases":[{"lease":{"device":"s/cpu","run":"c","token":4},"silo":"s","incarnation":"1"}],"voided":[],"silos":[{"silo":"s","incarnation":"1","devices":[{"key":"s/cpu","silo":"s","kind":"cpu","threads":2}]}]}}""";

        var record = _json.Deserialize<Versioned<SchedulerRecord>>(new BinaryData(Old)).Value.Renewed(DateTimeOffset.UnixEpoch);

        Assert.Equal(["b", "a"], new QueueOrder(record, DateTimeOffset.UnixEpoch).Of(record.Waiting).Select(e => e.Run));
        Assert.Equal((4, "c", new RunDemand()), (record.Token, record.Leases[0].Lease.Run, record.Leases[0].Demand));
        Assert.Equal((null, "local"), (record.Silos[0].Devices[0].Memory, record.Silos[0].Devices[0].Site));
        Assert.DoesNotContain("\"queue\"", _json.Serialize(record).ToString(), StringComparison.Ordinal);
        Assert.Equal(record.Waiting, _json.Deserialize<SchedulerRecord>(_json.Serialize(record)).Waiting);
    }

    [Theory]
    [InlineData("""{"format":99,"version":7,"value":{}}""")]
    [InlineData("""{"version":"seven","value":[],"format":99}""")]
    public void What_a_newer_program_stored_is_refused_before_anything_else_is_read(string newer)
    {
        var refusal = Assert.Throws<HermesException>(() => _json.Deserialize<Versioned<RunRecord>>(new BinaryData(newer)));

        Assert.Equal($"The state was written by a newer version of the platform: it has the form 99, and this one knows forms up to {StateJson.Understood}.", refusal.Message);
        Assert.Equal("Upgrade this silo. What is stored was not changed.", refusal.Hint);
    }

    private static (long, long, int, double) Numbers(Versioned<RunRecord> state) => (state.Version, state.Sequence, state.Value.Step, state.Value.LastMetrics["loss"]);
}
