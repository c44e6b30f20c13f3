using System.Net;
using System.Text.Json;
using Hermes.Dashboard.Priors;
using Hermes.Grains.Interfaces.Relations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Hermes.Dashboard.Tests.Priors;

/// <summary>The files of a study that was measured.</summary>
public sealed class StudyEndpointsTests : IAsyncLifetime
{
    private const string Gains = "/studies/universal/2/gains";

    private readonly TestPriorReader _priors = new();
    private readonly HttpClient _http = new();
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IPriorReader>(_priors);
        _app = builder.Build();
        _app.MapPriorFiles();
        await _app.StartAsync();
        _http.BaseAddress = new Uri(_app.Urls.Single());
        _priors.Study = () => Task.FromResult(new StudyReading(new RelationStudyStatus { Version = "universal@2", State = RelationStudyState.Completed }, TestStudy.Measured));
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_figure_of_one_predictor_a_table_and_a_document_of_all_are_files_with_the_models_name()
    {
        using var figure = await _http.GetAsync($"{Gains}.svg?predictor=modality");
        using var table = await _http.GetAsync($"{Gains}.csv");
        using var document = JsonDocument.Parse(await _http.GetStringAsync($"{Gains}.json"));

        Assert.Equal(("image/svg+xml", "gains-universal-2.svg"), (figure.Content.Headers.ContentType?.MediaType, figure.Content.Headers.ContentDisposition?.FileName));
        var drawn = await figure.Content.ReadAsStringAsync();
        Assert.Contains(">modality<", drawn, StringComparison.Ordinal);
        Assert.Contains("Modality, transfer: no better than chance", drawn, StringComparison.Ordinal);
        Assert.Equal("gains-universal-2.csv", table.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal(5, (await table.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n').Length);
        Assert.Equal("universal@2", document.RootElement.GetProperty("version").GetString());
        Assert.Equal(4, document.RootElement.GetProperty("study").GetProperty("pairs").GetArrayLength());
    }

    [Theory]
    [InlineData($"{Gains}.svg?predictor=weather")]
    [InlineData($"{Gains}.exe")]
    [InlineData("/studies/..%2Fx/2/gains.svg")]
    public async Task What_there_is_not_is_not_found(string address)
    {
        using var answer = await _http.GetAsync(address);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task What_nobody_measured_has_no_file()
    {
        _priors.Study = () => Task.FromResult(new StudyReading(new RelationStudyStatus { Version = "universal@2", State = RelationStudyState.Training }, null));

        using var answer = await _http.GetAsync($"{Gains}.svg");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
