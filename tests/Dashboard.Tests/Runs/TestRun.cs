using System.Security.Cryptography;
using System.Text;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Tests.Runs;

/// <summary>A run as tests make it.</summary>
internal static class TestRun
{
    public const string Name = "first";

    public static RunStatus Status(RunState state, params MetricsChunk[] metrics) => new()
    {
        Name = Name,
        State = state,
        Request = new RunRequest { Preset = "tiny", Steps = 100, Seed = 3 },
        StepsTotal = 100,
        Step = metrics is [.., var last] ? last.LastStep : 0,
        Metrics = metrics,
        Created = new DateTimeOffset(2026, 11, 29, 7, 46, 12, TimeSpan.Zero),
    };

    /// <summary>A stretch of steps whose losses are their numbers times a factor, which the reader has.</summary>
    public static MetricsChunk Stretch(TestRunReader reader, int first, int last, int factor = 1)
    {
        var lines = Enumerable.Range(first, last - first + 1).Select(step => $$"""{"step":{{step}},"loss":{{step * factor}}}""");
        return Stretch(reader, first, last, string.Join('\n', lines));
    }

    /// <summary>A stretch with these lines, which the reader has.</summary>
    public static MetricsChunk Stretch(TestRunReader reader, int first, int last, string lines)
    {
        var bytes = Encoding.UTF8.GetBytes(lines);
        var blob = new BlobRef("local", Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length, MediaTypes.JsonLines);
        reader.Stretches[blob.Sha256] = bytes;
        return new MetricsChunk(first, last, blob);
    }

    /// <summary>What a run says while it trains.</summary>
    public static ProgressEvent Trains(long sequence, int step, double loss) => new()
    {
        Sequence = sequence,
        Time = DateTimeOffset.UnixEpoch,
        State = "RUNNING",
        Phase = Phases.Train,
        Done = step,
        Total = 100,
        Metrics = new Dictionary<string, double> { [MetricKeys.Loss] = loss },
    };
}
