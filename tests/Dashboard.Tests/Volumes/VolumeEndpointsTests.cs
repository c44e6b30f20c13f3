using System.Net;
using System.Net.Http.Headers;
using Hermes.Client.Models;
using Hermes.Client.Segmentations;
using Hermes.Dashboard.Tests.Browser;
using Hermes.Dashboard.Volumes;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Dashboard.Tests.Volumes;

/// <summary>Volumes of a real platform, as a browser fetches them.</summary>
[Collection(SharedDashboardCollection.Name)]
public sealed class VolumeEndpointsTests(SharedDashboard shared) : IAsyncLifetime
{
    private static readonly string Key = Names.DatasetKey(Names.DefaultSite, SharedDashboard.Ct);

    private readonly TemporaryFolder _folder = new();
    private HttpClient _http = null!;
    private CaseRecord _case = null!;

    private string ImageAddress => Address(VolumeAddress.Image);

    public async Task InitializeAsync()
    {
        _http = await shared.Platform.EnterAsync();
        _case = await shared.Client.Datasets.GetCasesAsync(Key, 1).FirstAsync();
    }

    public Task DisposeAsync()
    {
        _http.Dispose();
        _folder.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task The_volumes_of_a_case_come_byte_by_byte_as_they_are_stored()
    {
        using var image = await _http.GetAsync(ImageAddress);
        using var label = await _http.GetAsync(Address(VolumeAddress.Label));

        Assert.Equal(await StoredAsync(_case.Facts.Image), await image.Content.ReadAsByteArrayAsync());
        Assert.Equal(await StoredAsync(_case.Facts.Label!), await label.Content.ReadAsByteArrayAsync());
        Assert.Equal($"\"{_case.Facts.Image.Sha256}\"", image.Headers.ETag?.Tag);
        Assert.Equal(_case.Facts.Image.Length, image.Content.Headers.ContentLength);
        Assert.Equal(MediaTypes.NiftiGz, image.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["bytes"], image.Headers.AcceptRanges);
        Assert.Equal("private, immutable", string.Join(", ", image.Headers.GetValues("Cache-Control")));
    }

    [Fact]
    public async Task So_does_what_is_shown_before_they_are()
    {
        var preview = _case.Facts.Preview!;
        var samples = (await shared.Client.Runs.GetAsync(SharedDashboard.Completed)).Samples[^1];

        using var picture = await _http.GetAsync(Address(VolumeAddress.Thumbnail));

        Assert.Equal(MediaTypes.Png, picture.Content.Headers.ContentType?.MediaType);
        Assert.Equal(await StoredAsync(preview.Thumbnail), await picture.Content.ReadAsByteArrayAsync());
        Assert.Equal(await StoredAsync(preview.Image), await _http.GetByteArrayAsync(Address(VolumeAddress.SmallImage)));
        Assert.Equal(await StoredAsync(preview.Label!), await _http.GetByteArrayAsync(Address(VolumeAddress.SmallLabel)));
        Assert.Equal(await StoredAsync(samples.Picture), await _http.GetByteArrayAsync(VolumeAddress.OfSamples(SharedDashboard.Completed, samples.Step)));
    }

    [Fact]
    public async Task The_answer_to_a_question_is_a_volume_too()
    {
        var question = await shared.Client.Segmentations.ResolveAsync(
            new ModelReference(Names.DefaultModel, "1"), new SegmentationQuestion { Image = _case.Facts.Image, PromptGroup = SharedDashboard.Ct });
        var answer = await shared.Client.Segmentations.AnswerAsync(question);

        Assert.Equal(await StoredAsync(answer.LabelMap!), await _http.GetByteArrayAsync(VolumeAddress.OfSegmentation(question.Key(), VolumeAddress.Label)));
        Assert.Equal(await StoredAsync(answer.Preview!.Label!), await _http.GetByteArrayAsync(VolumeAddress.OfSegmentation(question.Key(), VolumeAddress.SmallLabel)));
        Assert.Equal(await StoredAsync(answer.Preview.Thumbnail), await _http.GetByteArrayAsync(VolumeAddress.OfSegmentation(question.Key(), VolumeAddress.Thumbnail)));
    }

    [Fact]
    public async Task What_somebody_calls_a_page_or_a_script_is_bytes_to_a_browser()
    {
        var file = _folder.File("page", "<script>alert(1)</script>");
        var image = await shared.Client.Blobs.UploadAsync(file) with { MediaType = "text/html" };
        var question = await shared.Client.Segmentations.ResolveAsync(
            new ModelReference(Names.DefaultModel, "1"), new SegmentationQuestion { Image = image, PromptGroup = SharedDashboard.Ct });
        await shared.Client.Segmentations.AskAsync(question);

        using var answer = await _http.GetAsync(VolumeAddress.OfSegmentation(question.Key(), VolumeAddress.Image));

        Assert.Equal("<script>alert(1)</script>", await answer.Content.ReadAsStringAsync());
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["sandbox"], answer.Headers.GetValues("Content-Security-Policy"));
    }

    [Theory]
    [InlineData(0, 9)]
    [InlineData(1000, 1999)]
    [InlineData(null, 7)]
    [InlineData(2000, null)]
    public async Task A_part_of_a_volume_is_that_part(int? from, int? to)
    {
        using var answer = await SendAsync(HttpMethod.Get, r => r.Range = new RangeHeaderValue(from, to));

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        var stored = await StoredAsync(_case.Facts.Image);
        Assert.Equal(from is { } first ? stored[first..((to ?? stored.Length - 1) + 1)] : stored[^to!.Value..], await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_part_past_the_end_does_not_exist()
    {
        var length = _case.Facts.Image.Length;

        using var answer = await SendAsync(HttpMethod.Get, r => r.Range = new RangeHeaderValue(length, null));

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, answer.StatusCode);
        Assert.Equal(length, answer.Content.Headers.ContentRange?.Length);
    }

    [Fact]
    public async Task What_a_browser_has_is_not_sent_again()
    {
        using var answer = await SendAsync(HttpMethod.Get, r => r.IfNoneMatch.Add(new EntityTagHeaderValue($"\"{_case.Facts.Image.Sha256}\"")));

        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
    }

    [Fact]
    public async Task The_head_alone_says_how_large_it_is()
    {
        using var answer = await SendAsync(HttpMethod.Head, _ => { });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(_case.Facts.Image.Length, answer.Content.Headers.ContentLength);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task What_is_no_volume_of_anything_is_not_found()
    {
        string[] wrong =
        [
            VolumeAddress.OfCase(Names.DefaultSite, SharedDashboard.Ct, 2, _case.CaseId, VolumeAddress.Image),
            VolumeAddress.OfCase(Names.DefaultSite, SharedDashboard.Ct, 0, _case.CaseId, VolumeAddress.Image),
            VolumeAddress.OfCase(Names.DefaultSite, SharedDashboard.Ct, 1, "nobody", VolumeAddress.Image),
            VolumeAddress.OfCase(Names.DefaultSite, "nothing", 1, _case.CaseId, VolumeAddress.Image),
            VolumeAddress.OfCase("nowhere", SharedDashboard.Ct, 1, _case.CaseId, VolumeAddress.Image),
            VolumeAddress.OfCase("%2e%2e", SharedDashboard.Ct, 1, _case.CaseId, VolumeAddress.Image),
            Address("other.nii.gz"),
            VolumeAddress.OfSegmentation(new string('0', 64), VolumeAddress.Label),
            VolumeAddress.OfSegmentation("nothing", VolumeAddress.Image),
            VolumeAddress.OfSamples(SharedDashboard.Completed, 1_000_000),
            VolumeAddress.OfSamples(SharedDashboard.Waiting, 0),
            VolumeAddress.OfSamples("nobody", 1),
            VolumeAddress.OfSamples("%2e%2e", 1),
            $"{VolumeAddress.Root}/{_case.Facts.Image.Sha256}.nii.gz",
        ];

        foreach (var address in wrong)
        {
            using var answer = await _http.GetAsync(address);
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{address}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task Who_was_not_let_in_gets_no_volume()
    {
        using var stranger = new HttpClient { BaseAddress = shared.Platform.Pages };

        using var answer = await stranger.GetAsync(ImageAddress);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private string Address(string file) => VolumeAddress.OfCase(Names.DefaultSite, SharedDashboard.Ct, 1, _case.CaseId, file);

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, Action<HttpRequestHeaders> ask)
    {
        var request = new HttpRequestMessage(method, ImageAddress);
        ask(request.Headers);
        return _http.SendAsync(request);
    }

    private async Task<byte[]> StoredAsync(BlobRef blob)
    {
        var file = _folder.At("stored");
        await shared.Client.Blobs.DownloadAsync(blob, file);
        return await File.ReadAllBytesAsync(file);
    }
}
