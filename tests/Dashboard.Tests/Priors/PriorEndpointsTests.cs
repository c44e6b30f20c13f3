using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using Hermes.Dashboard.Tests.Browser;

namespace Hermes.Dashboard.Tests.Priors;

/// <summary>The files that the page of priors offers, of a real platform.</summary>
[Collection(SharedDashboardCollection.Name)]
public sealed class PriorEndpointsTests(SharedDashboard shared) : IAsyncLifetime
{
    private const string Combined = "/priors/universal/1/combined";

    private HttpClient _http = null!;

    public async Task InitializeAsync() => _http = await shared.Platform.EnterAsync();

    public Task DisposeAsync()
    {
        _http.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_figure_and_a_table_are_files_with_the_models_name()
    {
        using var figure = await _http.GetAsync($"{Combined}.svg");
        using var table = await _http.GetAsync($"{Combined}.csv");

        Assert.Equal(("image/svg+xml", "priors-universal-1.svg"), (figure.Content.Headers.ContentType?.MediaType, figure.Content.Headers.ContentDisposition?.FileName));
        Assert.Contains(XDocument.Parse(await figure.Content.ReadAsStringAsync()).Descendants(), e => e.Value == "Task priors of universal@1, combined");
        Assert.Contains(">Posterior tokens of universal@1, stage 2<", await _http.GetStringAsync("/priors/universal/1/stage%202.svg?of=posterior"), StringComparison.Ordinal);
        Assert.Contains("coloured by Dice", await _http.GetStringAsync($"{Combined}.svg?colour=dice"), StringComparison.Ordinal);
        Assert.Equal("priors-universal-1.csv", table.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal(8, (await table.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n').Length);
        Assert.StartsWith("modality,ct,t1\n", await _http.GetStringAsync("/priors/universal/1/stage%202.csv?of=modalities"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_holds_every_view_with_its_cosines()
    {
        using var answer = await _http.GetAsync($"{Combined}.json");
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());

        Assert.Equal(("application/json", "priors-universal-1.json"), (answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentDisposition?.FileName));
        var views = document.RootElement.GetProperty("views");
        Assert.Equal(6, views.GetArrayLength());
        var liver = Assert.Single(document.RootElement.GetProperty("tasks").EnumerateArray(), t => t.GetProperty("task").GetString() == $"{SharedDashboard.Ct}/liver");
        Assert.Equal("abdomen", liver.GetProperty("region").GetString());
        Assert.Equal(SharedDashboard.Completed, liver.GetProperty("dice").GetProperty("run").GetString());
        Assert.All(views.EnumerateArray(), view => Assert.Equal(1, view.GetProperty("similarity")[6][6].GetDouble()));
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("parent").ValueKind);
        Assert.Equal(6, document.RootElement.GetProperty("posterior").GetProperty("views").GetArrayLength());
    }

    [SkippableFact]
    public async Task A_picture_is_the_figure_at_twice_its_size()
    {
        Requirement.Font();
        var svg = XDocument.Parse(await _http.GetStringAsync($"{Combined}.svg")).Root!;

        using var answer = await _http.GetAsync($"{Combined}.png");

        Assert.Equal(("image/png", "priors-universal-1.png"), (answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentDisposition?.FileName));
        var png = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal([0x89, .. "PNG\r\n"u8], png[..6]);
        Assert.Equal((Twice("width"), Twice("height")), (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))));

        int Twice(string side) => (int)Math.Ceiling(2 * double.Parse(svg.Attribute(side)!.Value, CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("/priors/universal/1/stage%209.svg")]
    [InlineData("/priors/universal/1/combined.exe")]
    [InlineData("/priors/universal/99/combined.svg")]
    [InlineData("/priors/nobody/1/combined.svg")]
    [InlineData("/priors/..%2Fx/1/combined.svg")]
    public async Task What_there_is_not_is_not_found(string address)
    {
        using var answer = await _http.GetAsync(address);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Nobody_has_them_who_was_not_let_in()
    {
        using var stranger = new HttpClient { BaseAddress = shared.Platform.Pages };

        using var answer = await stranger.GetAsync($"{Combined}.svg");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }
}
