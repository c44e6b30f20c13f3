using System.Net;
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
        Assert.Equal("priors-universal-1.csv", table.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal(8, (await table.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n').Length);
        Assert.StartsWith("modality,ct,t1\n", await _http.GetStringAsync("/priors/universal/1/stage%202.csv?of=modalities"), StringComparison.Ordinal);
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
