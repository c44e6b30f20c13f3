using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hermes.Silo.Tests.Telemetry;

/// <summary>What is heard of a silo's work by those who listen.</summary>
public sealed partial class TelemetryTests(WatchedWork work) : IClassFixture<WatchedWork>
{
    [Fact]
    public void A_segmentation_is_one_trace_from_its_client_through_actors_to_the_phases_of_its_worker() =>
        AssertOneTrace(work.Traces.Segmentation, "ISegmentationGrain/AskAsync", "worker segment", ["load", "window", "store"]);

    [Fact]
    public void A_training_is_one_trace_from_its_client_through_actors_to_the_phases_of_its_worker() =>
        AssertOneTrace(work.Traces.Training, "IRunGrain/StartAsync", "worker train", ["prepare", "load", "train", "store"]);

    [Fact]
    public void Of_what_a_worker_reports_only_the_end_is_in_the_trace_so_that_a_long_training_does_not_fill_it() =>
        Assert.InRange(work.Spans.Count(s => s.Trace == work.Traces.Training && s.Name.EndsWith("ILeasedRunGrain/ReportAsync", StringComparison.Ordinal)), 1, 2);

    [Fact]
    public void What_actors_do_by_the_clock_begins_no_trace()
    {
        var names = work.Spans.Where(s => s.Parent.Length == 0).Select(s => s.Name).ToList();

        Assert.DoesNotContain(names, n => n.Contains("DeclareDevicesAsync", StringComparison.Ordinal) || n.Contains("RenewAsync", StringComparison.Ordinal));
    }

    [Fact]
    public void A_collector_learns_which_silo_of_which_service_it_was_and_gets_numbers_and_logs_too()
    {
        Assert.All(work.Spans, s => Assert.Equal(("hermes-silo", "watched"), (s.Resource["service.name"], s.Resource["service.instance.id"])));
        Assert.Contains("hermes.training.steps", work.SentMetrics);
        Assert.Contains(work.Logs, l => l.StartsWith("Worker ", StringComparison.Ordinal));
    }

    [Fact]
    public void Workers_inherit_nothing_of_what_a_silo_knows_about_its_collector()
    {
        Assert.NotEmpty(work.WorkerEnvironments);
        Assert.All(work.WorkerEnvironments, e => Assert.DoesNotContain("OTEL_", e, StringComparison.Ordinal));
    }

    [Fact]
    public void The_numbers_are_those_of_the_work_that_was_done()
    {
        Assert.Equal(2, work.Sum("hermes_training_steps_total"));
        Assert.Equal(1, work.Sum("hermes_segmentation_duration_seconds_count", "hermes_state=\"COMPLETED\""));
        Assert.InRange(work.Sum("hermes_segmentation_duration_seconds_sum"), 0.01, 240);
        Assert.Equal(1, work.Sum("hermes_state_changes_total", "hermes_kind=\"run\",hermes_state=\"RUNNING\""));
        Assert.Equal(1, work.Sum("hermes_state_changes_total", "hermes_kind=\"run\",hermes_state=\"COMPLETED\""));
        Assert.Equal(0, work.Sum("hermes_queue_length"));
        Assert.Equal(0, work.Sum("hermes_outbox_length"));
        Assert.Equal(0, work.Sum("hermes_worker_restarts_total"));
        Assert.InRange(work.Sum("hermes_blob_io_bytes_total", "network_io_direction=\"receive\""), 1000, 1e8);
        Assert.Contains("hermes_queue_leases{", work.Metrics, StringComparison.Ordinal);
        Assert.Contains("\norleans_", work.Metrics, StringComparison.Ordinal);
        Assert.Contains("\ndotnet_", work.Metrics, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_are_for_those_who_have_the_word_for_them_and_the_word_is_good_for_nothing_else() =>
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (work.ToOutsider, work.ElsewhereWithTheWord));

    [Fact]
    public void Every_number_that_the_dashboard_shows_is_one_that_a_silo_gives()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "deploy", "grafana", "hermes.json")));
        var given = work.Metrics.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('{', ' ')[0]).ToHashSet(StringComparer.Ordinal);

        var shown = dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .Where(p => p.TryGetProperty("targets", out _))
            .SelectMany(p => p.GetProperty("targets").EnumerateArray())
            .SelectMany(t => Metric().Matches(Labels().Replace(t.GetProperty("expr").GetString()!, "")).Select(m => m.Value))
            .Distinct().ToList();

        Assert.InRange(shown.Count, 10, 100);
        Assert.Equal([], shown.Where(m => !given.Contains(m)));
    }

    private void AssertOneTrace(string trace, string call, string order, string[] phases)
    {
        var spans = work.Spans.Where(s => s.Trace == trace).ToDictionary(s => s.Id);
        var clients = work.Clients.Where(a => a.TraceId.ToHexString() == trace).ToDictionary(a => a.SpanId.ToHexString(), a => a.OperationName);
        var asked = Assert.Single(spans.Values, s => s.Name.EndsWith(call, StringComparison.Ordinal));
        Assert.EndsWith(call, clients[asked.Parent], StringComparison.Ordinal);

        var atWorker = Assert.Single(spans.Values, s => s.Name == order);
        Assert.Equal(asked.Id, atWorker.Parent);
        Assert.Superset(phases.ToHashSet(), spans.Values.Where(s => s.Parent == atWorker.Id).Select(s => s.Name).ToHashSet());
        Assert.All(spans.Values, s => Assert.True(spans.ContainsKey(s.Parent) || clients.ContainsKey(s.Parent), $"{s.Name} has no parent."));
    }

    [GeneratedRegex(@"by \([^)]*\)|\{[^}]*\}")]
    private static partial Regex Labels();

    [GeneratedRegex("(hermes|orleans|dotnet|http_server)_[a-z0-9_]+")]
    private static partial Regex Metric();
}
