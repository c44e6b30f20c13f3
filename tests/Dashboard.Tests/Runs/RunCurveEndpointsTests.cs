using System.Net;
using System.Text.Json;
using Hermes.Dashboard.Runs;
using Hermes.Dashboard.Tests.Browser;

namespace Hermes.Dashboard.Tests.Runs;

/// <summary>The curves of the runs of a real platform.</summary>
[Collection(SharedDashboardCollection.Name)]
public sealed class RunCurveEndpointsTests(SharedDashboard shared) : IAsyncLifetime
{
    private HttpClient _http = null!;

    public async Task InitializeAsync() => _http = await shared.Platform.EnterAsync();

    public Task DisposeAsync()
    {
        _http.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_run_that_has_ended_has_a_point_of_every_step_with_what_its_time_went_to()
    {
        string[] asked = ["loss", "secondsPerStep", "dataSeconds", "forwardSeconds", "backwardSeconds", "optimiserSeconds", "memoryMb"];

        var curves = await ReadAsync($"?{string.Join('&', asked.Select(s => $"series={s}"))}");

        Assert.Equal(asked, curves.Keys);
        Assert.All(curves.Values, points => Assert.Equal(Enumerable.Range(1, 6), points.Select(p => p.Step)));
        for (var step = 0; step < 6; step++)
        {
            Assert.Equal(curves["secondsPerStep"][step].Value, asked[2..6].Sum(s => curves[s][step].Value), 1e-4);
        }
    }

    [Fact]
    public async Task A_part_of_it_is_given_when_asked_for()
    {
        var curves = await ReadAsync("?series=loss&series=nothing&from=2&to=4");

        Assert.Equal([2, 3, 4], Assert.Single(curves).Value.Select(p => p.Step));
    }

    [Fact]
    public async Task Its_validation_is_in_it_task_by_task_and_dataset_by_dataset()
    {
        var curves = await ReadAsync($"?series=validationDice&series=dice/abdomen/liver&series={Uri.EscapeDataString("dice/abdomen/liver@abdomen")}");

        Assert.Equal(3, curves.Count);
        Assert.All(curves.Values, points => Assert.InRange(Assert.Single(points).Value, 0, 1));
    }

    [Theory]
    [InlineData("/runs/nobody/curves?series=loss")]
    [InlineData("/runs/..%2Fx/curves?series=loss")]
    public async Task A_run_that_there_is_not_is_not_found(string address)
    {
        using var answer = await _http.GetAsync(address);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Nobody_has_them_who_was_not_let_in()
    {
        using var stranger = new HttpClient { BaseAddress = shared.Platform.Pages };

        using var answer = await stranger.GetAsync($"{RunCurveEndpoints.Address(SharedDashboard.Completed)}?series=loss");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private async Task<Dictionary<string, List<(int Step, double Value)>>> ReadAsync(string query)
    {
        using var answer = JsonDocument.Parse(await _http.GetStringAsync(RunCurveEndpoints.Address(SharedDashboard.Completed) + query));
        return answer.RootElement.GetProperty("series").EnumerateArray().ToDictionary(
            s => s.GetProperty("name").GetString()!,
            s => s.GetProperty("steps").EnumerateArray().Zip(s.GetProperty("values").EnumerateArray(), (step, value) => (step.GetInt32(), value.GetDouble())).ToList());
    }
}
