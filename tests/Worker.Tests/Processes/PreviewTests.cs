using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Previews;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Imaging.Volumes.Formats;
using SkiaSharp;

namespace Hermes.Worker.Tests.Processes;

/// <summary>What workers make to be shown before volumes are.</summary>
public sealed class PreviewTests : IDisposable
{
    private readonly WorkerData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_case_gets_a_picture_small_volumes_and_statistics_when_it_is_looked_into_or_later_and_they_are_the_same()
    {
        await using var worker = WorkerProcess.Beside(_data.Directory);
        var ingest = await _data.IngestAsync("good", Scans.Image(1), Scans.Label());

        var facts = (await worker.AnswerAsync(ingest)).Ingested!;
        var later = (await worker.AnswerAsync(new PreviewOrder { OrderId = "later", Image = facts.Image, Label = facts.Label, Modality = "ct", Labels = ingest.Labels })).Preview;
        var bare = (await worker.AnswerAsync(new PreviewOrder { OrderId = "bare", Image = facts.Image, Modality = "ct", Labels = ingest.Labels })).Preview!;

        var preview = facts.Preview!;
        Assert.Equal(preview, later);
        Assert.Equal(Preview.CurrentForm, preview.Form);
        Assert.Null(bare.Label);
        Assert.Equal(preview.Image, bare.Image);
        Assert.Equal(Preview.Side * Preview.Side, Pixels(preview.Thumbnail).Length);
        Assert.InRange(Coloured(preview.Thumbnail), 100, Preview.Side * Preview.Side / 2);
        Assert.Equal(0, Coloured(bare.Thumbnail));

        // 24 voxels along each axis are few enough to stay.
        var image = NiftiReader.ReadImage(Path(preview.Image), VolumeLimits.Default).Volume;
        Assert.Equal(NiftiReader.ReadHeader(Path(facts.Image), VolumeLimits.Default).Geometry, image.Geometry);
        Assert.Equal(facts.Minimum, image.Voxels.Min());
        var statistics = await _data.ReadAsync<VolumeStatistics>(preview.Statistics);
        var box = Assert.Single(statistics.Structures);
        Assert.Equal(("box", false), (box.Structure, box.IsCutOff));
        Assert.Equal(facts.LabelVolumesMl[1], box.VolumeMl, 9);
        Assert.True(box.Intensities.Percentile1 > statistics.Image.Median, $"{box}");
        Assert.Equal((facts.Minimum, facts.Maximum), (statistics.Image.Minimum, statistics.Image.Maximum));
        Assert.Empty((await _data.ReadAsync<VolumeStatistics>(bare.Statistics)).Structures);
    }

    [Fact]
    public async Task A_preview_of_what_is_damaged_is_refused_by_a_sentence()
    {
        await using var worker = WorkerProcess.Beside(_data.Directory);
        var facts = (await worker.AnswerAsync(await _data.IngestAsync("good", Scans.Image(1)))).Ingested!;

        var refused = await worker.AnswerAsync(new PreviewOrder { OrderId = "cut", Image = _data.Cut(facts.Image), Modality = "ct", Labels = [] });

        Assert.Contains(facts.Image.Sha256, refused.Failed!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_validation_shows_the_first_case_of_each_dataset_and_an_answer_has_a_preview()
    {
        await using var worker = WorkerProcess.Serve(_data.Directory);
        var facts = new List<CaseFacts>();
        for (var seed = 1; seed <= 3; seed++)
        {
            facts.Add((await worker.AnswerAsync(await _data.IngestAsync($"case{seed}", Scans.Image(seed), Scans.Label()))).Ingested!);
        }

        await worker.ExecuteAsync(await _data.TrainAsync("run", 2, facts[..1], facts[1..]));
        SampleStrip? samples = null;
        var end = await worker.ReadAsync(m =>
        {
            samples = m.Report?.Samples ?? samples;
            return m.IsEnd;
        });
        var answer = (await worker.AnswerAsync(await _data.SegmentAsync("scan", Scans.Image(3), end.Report!.Completed!.Package))).Segmented![0].Result!;

        Assert.Equal((2, new SampleCase("boxes", "c1")), (samples!.Step, Assert.Single(samples.Cases)));
        Assert.Equal(Preview.Side * Preview.Side, Pixels(samples.Picture).Length);
        Assert.InRange(Coloured(samples.Picture), 100, Preview.Side * Preview.Side);
        Assert.Equal(MediaTypes.Png, answer.Preview!.Thumbnail.MediaType);
        Assert.Equal(answer.Tasks[0].VolumeMl > 0 ? ["boxes/box"] : [], (await _data.ReadAsync<VolumeStatistics>(answer.Preview.Statistics)).Structures.Select(s => s.Structure));
    }

    private int Coloured(BlobRef picture) => Pixels(picture).Count(p => Math.Max(p.Red, Math.Max(p.Green, p.Blue)) - Math.Min(p.Red, Math.Min(p.Green, p.Blue)) > 20);

    private SKColor[] Pixels(BlobRef picture)
    {
        using var bitmap = SKBitmap.Decode(Path(picture));
        return bitmap.Pixels;
    }

    private string Path(BlobRef blob) => _data.PathOf(blob);
}
