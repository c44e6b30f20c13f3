using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Hermes.Dashboard.Segmentations;
using Hermes.Dashboard.Tests.Browser;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Dashboard.Tests.Segmentations;

/// <summary>Volumes sent to a dashboard of a real platform.</summary>
[Collection(SharedDashboardCollection.Name)]
public sealed class UploadEndpointsTests(SharedDashboard shared) : IAsyncLifetime
{
    private HttpClient _http = null!;
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(300_000);

    public async Task InitializeAsync() => _http = await shared.Platform.EnterAsync();

    public Task DisposeAsync()
    {
        _http.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_file_that_came_in_pieces_is_on_the_platform_when_the_last_one_is_answered()
    {
        var id = await BeginAsync("scan.nii.gz", _content.Length);

        Assert.Equal((100_000, false), await PutAsync(id, 0, 100_000));
        Assert.Equal((100_000, false), await AskAsync(id));
        Assert.Equal((300_000, true), await PutAsync(id, 100_000, 300_000));

        var blob = new BlobRef(Names.DefaultSite, Convert.ToHexStringLower(SHA256.HashData(_content)), _content.Length, MediaTypes.NiftiGz);
        Assert.Equal(_content, await shared.Client.Blobs.ReadAsync(blob));
        Assert.Equal((300_000, true), await PutAsync(id, 300_000, 300_000));
    }

    [Fact]
    public async Task A_piece_that_does_not_follow_the_last_one_is_refused_with_where_to_go_on()
    {
        var id = await BeginAsync("scan.nii.gz", _content.Length);
        await PutAsync(id, 0, 1000);

        using var answer = await _http.PutAsync(Address(id, 5000), new ByteArrayContent(_content[5000..6000]));

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("\"received\":1000", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_was_announced_is_refused()
    {
        var id = await BeginAsync("scan.nii.gz", 1000);

        using var answer = await _http.PutAsync(Address(id, 0), new ByteArrayContent(_content[..2000]));

        Assert.True(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge, $"{answer.StatusCode}");
    }

    [Fact]
    public async Task What_is_no_volume_is_refused_with_a_reason()
    {
        using var answer = await _http.PostAsync($"{UploadEndpoints.Root}?name=scan.zip&length=5", null);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("no NIfTI file", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_was_given_up_is_not_found_any_more()
    {
        var id = await BeginAsync("scan.nii.gz", 10);

        using var gone = await _http.DeleteAsync($"{UploadEndpoints.Root}/{id}");
        using var answer = await _http.GetAsync($"{UploadEndpoints.Root}/{id}");

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (gone.StatusCode, answer.StatusCode));
    }

    [Fact]
    public async Task Nobody_sends_who_was_not_let_in_and_no_page_of_others()
    {
        using var stranger = new HttpClient { BaseAddress = shared.Platform.Pages };
        using var unknown = await stranger.PostAsync($"{UploadEndpoints.Root}?name=scan.nii&length=5", null);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{UploadEndpoints.Root}?name=scan.nii&length=5") { Headers = { { "Origin", "http://elsewhere.example" } } };
        using var foreign = await _http.SendAsync(request);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden), (unknown.StatusCode, foreign.StatusCode));
    }

    private static string Address(string id, long from) => $"{UploadEndpoints.Root}/{id}?from={from}";

    private async Task<string> BeginAsync(string name, long length)
    {
        using var answer = await _http.PostAsync($"{UploadEndpoints.Root}?name={name}&length={length}", null);
        using var told = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
        return told.RootElement.GetProperty("id").GetString()!;
    }

    private async Task<(int Received, bool IsStored)> PutAsync(string id, int from, int to)
    {
        using var answer = await _http.PutAsync(Address(id, from), new ByteArrayContent(_content[from..to]));
        return Read(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
    }

    private async Task<(int Received, bool IsStored)> AskAsync(string id) => Read(await _http.GetStringAsync($"{UploadEndpoints.Root}/{id}"));

    private static (int Received, bool IsStored) Read(string answer)
    {
        using var told = JsonDocument.Parse(answer);
        return (told.RootElement.GetProperty("received").GetInt32(), told.RootElement.GetProperty("isStored").GetBoolean());
    }
}
