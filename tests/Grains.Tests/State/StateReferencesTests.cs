using System.Text.Json;
using Hermes.Grains.Blobs;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Grains.Tests.State;

/// <summary>The collector knows every reference that a state can hold: a new record needs no word anywhere else.</summary>
public sealed class StateReferencesTests
{
    /// <summary>What is passed over on purpose; the second only of an evaluation.</summary>
    private static readonly string[] PassedOver = ["run.discarded", "segmentation.result", "event.event"];

    public static IEnumerable<object[]> States => PersistedState.All.Select(state => new object[] { state });

    [Fact]
    public void All_states_are_looked_at()
    {
        Assert.Equal(["blobCollector", "dataset", "event", "model", "modelImport", "priorMap", "relationStudy", "run", "scheduler", "segmentation", "taskRegistry", "update"], PersistedState.All.Select(s => s.Name));
    }

    [Theory]
    [MemberData(nameof(States))]
    public void Every_reference_in_a_state_is_found(PersistedState persisted)
    {
        var state = JsonSerializer.SerializeToElement(persisted.Fill(), persisted.Record, WorkOrderJson.Options);
        var passedOver = state.EnumerateObject().Where(p => PassedOver.Contains($"{persisted.Name}.{p.Name}")).SelectMany(p => Digests(p.Value));

        var found = StateReferences.Of(persisted.Name, state).Select(r => r.Sha256);

        Assert.Equal(Digests(state).Except(passedOver).Order(), found.Distinct().Order());
    }

    [Fact]
    public void Of_a_question_that_is_no_evaluation_and_no_probe_the_answer_is_kept()
    {
        var blob = new BlobRef("local", new string('a', 64), 1, MediaTypes.NiftiGz);
        var state = JsonSerializer.SerializeToElement(
            new { Request = new { Image = blob, Prompt = new { } }, Result = new { LabelMap = blob with { Sha256 = new string('b', 64) } } }, WorkOrderJson.Options);

        var probe = JsonSerializer.SerializeToElement(
            new { Request = new { Image = blob, Prompt = new { }, Probe = "update/before" }, Result = new { LabelMap = blob } }, WorkOrderJson.Options);
        var old = JsonSerializer.SerializeToElement(new { Request = new { Image = blob }, Result = new { LabelMap = blob } }, WorkOrderJson.Options);

        Assert.Equal(2, StateReferences.Of("segmentation", state).Count());
        Assert.Single(StateReferences.Of("segmentation", old));
        Assert.Single(StateReferences.Of("segmentation", probe));
    }

    // One for each reference that was made.
    private static IEnumerable<string> Digests(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(p => Digests(p.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Digests),
        JsonValueKind.String when json.GetString()!.StartsWith(PersistedState.Digest, StringComparison.Ordinal) => [json.GetString()!],
        _ => [],
    };
}
