using System.Net;
using System.Text;
using System.Text.Json;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Hosting;

namespace Hermes.Dashboard.Tests.Platform;

public sealed class PlatformReaderTests
{
    private readonly string _address = Loopback.FreeAddress();

    [Fact]
    public async Task An_address_at_which_nobody_listens_has_no_platform()
    {
        await using var link = Link();

        var absent = await Assert.ThrowsAsync<PlatformAbsentException>(() => ReadAsync(link));

        Assert.Contains(_address, absent.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Something_else_that_listens_is_told_from_a_platform()
    {
        using var other = Answer("<html>A printer.</html>", "text/html");
        await using var link = Link();

        var refusal = await Assert.ThrowsAsync<HermesException>(() => ReadAsync(link));

        Assert.Contains(_address, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("not a Hermes platform", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_platform_whose_gateway_is_closed_is_not_called_absent_and_is_asked_again()
    {
        var closed = Loopback.FreeAddress();
        using var platform = Answer(
            JsonSerializer.Serialize(
                new PlatformDescription("0.1.0", "local", closed, "hermes", "hermes", "/data", 1), JsonSerializerOptions.Web),
            "application/json");
        await using var link = Link();

        for (var look = 0; look < 2; look++)
        {
            var failure = await Assert.ThrowsAnyAsync<Exception>(() => ReadAsync(link));
            Assert.IsNotType<PlatformAbsentException>(failure);
        }
    }

    [Fact]
    public async Task However_many_runs_wait_those_that_are_worked_on_are_read()
    {
        RunStatus[] runs = [.. Enumerable.Range(0, PlatformReader.Limit + 50).Select(n => Run($"a{n:000}", RunState.Queued)), Run("z1", RunState.Running), Run("z2", RunState.Cancelling)];

        var read = await PlatformReader.UnderWayAsync(TestCatalog.Of(runs, r => r.State.Word()), default);

        Assert.Equal(["z1", "z2"], read.Where(r => r.State != RunState.Queued).Select(r => r.Name));
        Assert.Equal(PlatformReader.Limit + 2, read.Count);
    }

    [Fact]
    public async Task What_waits_for_a_person_is_found_behind_what_does_not()
    {
        string[] runs = [.. Enumerable.Range(0, 3 * PlatformReader.Newest).Select(n => $"of an update {n}"), "own1", "own2"];

        var told = await ToldAsync(runs, isNews: _ => true);

        Assert.Equal(["own1", "own2"], told);
    }

    [Fact]
    public async Task Nobody_looks_for_more_than_are_told_nor_behind_what_is_news()
    {
        string[] runs = [.. Enumerable.Range(0, PlatformReader.Newest).Select(n => $"own{n}"), .. Enumerable.Range(0, PlatformReader.Newest).Select(n => $"old{n}"), "own"];

        Assert.InRange((await ToldAsync(runs, isNews: _ => true)).Count, Alerts.Told + 1, PlatformReader.Newest);
        Assert.Empty(await ToldAsync(runs[PlatformReader.Newest..], isNews: run => !run.StartsWith("old", StringComparison.Ordinal)));
    }

    private static Task<IReadOnlyList<string>> ToldAsync(IReadOnlyList<string> runs, Func<string, bool> isNews) => PlatformReader.ToldAsync(
        TestCatalog.Of(runs, _ => "FAILED"), new CatalogFilter { State = "FAILED" }, run => !run.StartsWith("of an update", StringComparison.Ordinal), isNews, default);

    private static RunStatus Run(string name, RunState state) => new() { Name = name, State = state };

    private static async Task<PlatformContents> ReadAsync(PlatformLink link)
    {
        using var patience = new CancellationTokenSource(PlatformWatcher.Patience);
        return await new PlatformReader(link, TimeProvider.System).ReadAsync(isAnew: false, patience.Token).WaitAsync(TimeSpan.FromSeconds(30));
    }

    private PlatformLink Link() => new(new DashboardOptions { Address = _address }, TimeProvider.System);

    private HttpListener Answer(string text, string mediaType)
    {
        var listener = new HttpListener { Prefixes = { $"http://{_address}/" } };
        listener.Start();
        _ = Task.Run(async () =>
        {
            while (listener.IsListening)
            {
                var context = await listener.GetContextAsync();
                context.Response.ContentType = mediaType;
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
                context.Response.Close();
            }
        });
        return listener;
    }
}
