using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Hermes.Client.Segmentations;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Silo.Tests.EndToEnd;

namespace Hermes.Silo.Tests.Telemetry;

/// <summary>A training and a segmentation on a real platform that was told of a collector, and what was heard of them.</summary>
public sealed partial class WatchedWork : IAsyncLifetime, IDisposable
{
    private const string Source = "a client";
    private static readonly ActivitySource Client = new(Source);

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<Activity> _clients = [];

    /// <summary>What the client did, as spans of this process.</summary>
    internal IReadOnlyCollection<Activity> Clients => _clients;

    /// <summary>The spans of the silo.</summary>
    internal IReadOnlyList<Collector.Span> Spans { get; private set; } = [];

    internal IReadOnlyList<string> SentMetrics { get; private set; } = [];

    internal IReadOnlyList<string> Logs { get; private set; } = [];

    /// <summary>What the workers of the silo, to whose environment a secret of the collector belongs, find in theirs.</summary>
    internal IReadOnlyList<string> WorkerEnvironments { get; private set; } = [];

    /// <summary>The trace of the training, and of the segmentation.</summary>
    internal (string Training, string Segmentation) Traces { get; private set; }

    /// <summary>What <c>GET /metrics</c> answered with the word for scrapers, and to whoever has none.</summary>
    internal string Metrics { get; private set; } = "";

    internal HttpStatusCode ToOutsider { get; private set; }

    internal HttpStatusCode ElsewhereWithTheWord { get; private set; }

    public async Task InitializeAsync()
    {
        using var listening = new ActivityListener
        {
            ShouldListenTo = source => source.Name is Source or "Microsoft.Orleans.Application" or "System.Net.Http",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _clients.Enqueue,
        };
        ActivitySource.AddActivityListener(listening);
        await using var collector = await Collector.StartAsync();
        var secret = new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_HEADERS"] = "authorization=secret" };
        await using var platform = await Platform.StartAsync(secret, _folder.At("data"), "--otlp-endpoint", collector.Address, "--name", "watched");
        await platform.DoAsync([.. Platform.AddArguments("boxes", Scans.WriteCases(_folder.At("boxes")))]);
        var training = await TraceAsync("train", async () =>
        {
            await platform.Client.Runs.StartAsync("one", new RunRequest { Preset = "tiny", Steps = 2 });
            await platform.WaitAsync("one", r => r.ModelVersion is not null);
        });
        WorkerEnvironments = [.. platform.Workers().Select(w => $"/proc/{w}/environ").Where(File.Exists).Select(File.ReadAllText)];
        var segmentation = await TraceAsync("segment", async () =>
        {
            var image = await platform.Client.Blobs.UploadAsync(Scans.Write(_folder.At("scan.nii.gz"), Scans.Image(9)));
            await platform.Client.Segmentations.AnswerAsync(await platform.QuestionAsync(new SegmentationQuestion { Image = image, PromptGroup = "boxes" }));
        });
        Traces = (training, segmentation);

        await ScrapeAsync(platform);
        Assert.Equal(0, await platform.Silo.TerminateAsync());
        (Spans, SentMetrics, Logs) = (collector.Spans, collector.Metrics, collector.Logs);
    }

    public Task DisposeAsync()
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The sum of a metric over all its series that have this label, or of all.</summary>
    internal double Sum(string metric, string label = "") => Metrics.Split('\n')
        .Where(line => line.Split('{', ' ')[0] == metric && line.Contains(label, StringComparison.Ordinal))
        .Sum(line => double.Parse(Sample().Match(line).Groups[1].ValueSpan, CultureInfo.InvariantCulture));

    private static async Task<string> TraceAsync(string what, Func<Task> work)
    {
        using var span = Client.StartActivity(what)!;
        await work();
        return span.TraceId.ToHexString();
    }

    private async Task ScrapeAsync(Platform platform)
    {
        using var scraper = new HttpClient { BaseAddress = platform.Silo.Http.BaseAddress };
        ToOutsider = (await scraper.GetAsync("metrics")).StatusCode;
        scraper.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await File.ReadAllTextAsync(_folder.At("data/metrics.token")));
        Metrics = await scraper.GetStringAsync("metrics");
        ElsewhereWithTheWord = (await scraper.GetAsync("platform")).StatusCode;
    }

    [GeneratedRegex(@" ([^ ]+)( [0-9.]+)?$")]
    private static partial Regex Sample();
}
