using System.Net;
using System.Net.Http.Json;
using System.Runtime.Versioning;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.Tasks;

namespace Hermes.Silo.Tests.Processes;

public sealed class SiloProcessTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_silo_tells_what_it_was_told_and_where()
    {
        await using var silo = await SiloProcess.StartAsync(_data.Path, "--site", "clinic");

        var settings = (await silo.Http.GetFromJsonAsync<ConfigReport>("platform/settings"))!.Settings;

        Assert.Equal(("clinic", "in the option --site"), settings.Where(s => s.Name == "site").Select(s => (s.Value, s.Origin)).Single());
        Assert.Equal(("30", null), settings.Where(s => s.Name == "checkpoint-seconds").Select(s => (s.Value, s.Origin)).Single());
    }

    [Fact]
    public async Task What_actors_stored_survives_a_killed_silo()
    {
        var declaration = new DatasetDeclaration { Name = "amos", Modality = "ct", Labels = [new LabelEntry(1, "liver", "amos/liver")] };
        var content = new ModelVersionContent
        {
            Package = new BlobRef("local", new string('a', 64), 5, MediaTypes.Safetensors),
            Tasks = ["amos/liver"],
            Modalities = ["ct"],
            PromptGroups = [],
            Network = "tiny",
            Parameters = 7,
        };
        await using (var first = await SiloProcess.StartAsync(_data.Path))
        {
            var grains = await first.ConnectAsync();
            await grains.GetGrain<IDatasetGrain>("local/amos").BeginAddAsync("add", declaration, 3);
            await grains.GetGrain<ITaskRegistryGrain>(Names.DefaultRegistry).RegisterAsync("local/amos", ["amos/liver", "amos/spleen"]);
            await grains.GetGrain<IModelGrain>("universal").PublishAsync("r", content, []);
            await first.KillAsync();
        }

        await using var second = await SiloProcess.StartAsync(_data.Path);
        var again = await second.ConnectAsync();

        var dataset = await again.GetGrain<IDatasetGrain>("local/amos").GetAsync();
        Assert.Equal((DatasetState.Staging, 3), (dataset.State, dataset.IngestTotal));
        Assert.Equal(declaration.Labels, dataset.Declaration!.Labels);
        Assert.Equal(["amos/liver", "amos/spleen"], (await again.GetGrain<ITaskRegistryGrain>(Names.DefaultRegistry).ListAsync()).Select(t => t.Task));
        Assert.Equal(content.Package, (await again.GetGrain<IModelGrain>("universal").ResolveAsync("live")).Content.Package);
        Assert.Equal("universal", Assert.Single(await again.GetGrain<ICatalogGrain>(0).ListAsync(CatalogKinds.Model, new CatalogFilter())).Key);
        Assert.Equal("silo/cpu", Assert.Single(await Devices(again)).Key);
    }

    [Fact]
    public async Task A_second_silo_on_the_same_data_directory_names_the_first_and_exits_1()
    {
        await using var first = await SiloProcess.StartAsync(_data.Path);

        var (exitCode, output, errors) = await SiloProcess.RunAsync("--data-dir", _data.Path, "--address", SiloProcess.FreeAddress());

        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.StartsWith($"Another silo, process {first.Id}, works on the data directory {_data.Path}.", errors, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await first.Http.GetAsync("health/ready")).StatusCode);
    }

    [Fact]
    public async Task A_folder_that_holds_something_else_is_refused_and_left_as_it_is()
    {
        var own = Path.Combine(Directory.CreateDirectory(Path.Combine(_data.Path, "tmp")).FullName, "thesis.txt");
        await File.WriteAllTextAsync(own, "chapter one");

        var (exitCode, _, errors) = await SiloProcess.RunAsync("--data-dir", _data.Path, "--address", SiloProcess.FreeAddress());

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"The folder {_data.Path} holds something else than a platform's data: tmp.", errors, StringComparison.Ordinal);
        Assert.Equal([own], Directory.EnumerateFiles(_data.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_taken_address_is_said_in_one_sentence()
    {
        await using var first = await SiloProcess.StartAsync(_data.Path);
        using var other = new TemporaryFolder();

        var (exitCode, _, errors) = await SiloProcess.RunAsync("--data-dir", other.Path, "--address", first.Address);

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"The address {first.Address} cannot be used", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_describes_itself_and_ends_in_good_order()
    {
        await using var silo = await SiloProcess.StartAsync(_data.Path);

        var platform = (await silo.DescribeAsync())!;
        Assert.Equal((silo.Id, _data.Path, "local", "hermes"), (platform.ProcessId, platform.DataDirectory, platform.Site, platform.ServiceId));
        foreach (var path in new[] { "health/live", "health/ready", "health/startup" })
        {
            Assert.Equal(HttpStatusCode.OK, (await silo.Http.GetAsync(path)).StatusCode);
        }

        Assert.Equal(0, await silo.TerminateAsync());
    }

    [Fact]
    public async Task It_ends_with_the_program_that_started_it_when_told_to()
    {
        await using var silo = await SiloProcess.StartAsync(_data.Path, "--exit-with-parent");

        Assert.Equal(0, await silo.CloseInputAsync());
    }

    [Theory]
    [InlineData("--address", "192.168.0.1")]
    [InlineData("--threads", "0")]
    [InlineData("--threads", "x")]
    [InlineData("--patience", "long")]
    [InlineData("--otlp-endpoint", "collector:4318")]
    [InlineData("--otlp-endpoint", "http://collector:4318")]
    [InlineData("--no-such-option", "1")]
    public async Task Wrong_usage_exits_2(string option, string value)
    {
        var (exitCode, _, errors) = await SiloProcess.RunAsync("--data-dir", _data.Path, option, value);

        Assert.Equal(2, exitCode);
        Assert.Contains(option, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_teaches_by_example()
    {
        var (exitCode, output, _) = await SiloProcess.RunAsync("--help");

        Assert.Equal(0, exitCode);
        Assert.Contains("hermes-silo --data-dir /data/hermes --address 127.0.0.1:7000", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blobs_travel_over_http_with_tickets_and_only_with_them()
    {
        await using var silo = await SiloProcess.StartAsync(_data.Path);
        var tickets = (await silo.ConnectAsync()).GetGrain<IBlobTicketGrain>("local");
        var content = Enumerable.Range(0, 200_000).Select(i => (byte)(i % 251)).ToArray();
        var blob = BlobDigest.Of(content, "local", MediaTypes.NiftiGz);
        await Assert.ThrowsAsync<HermesException>(() => tickets.DownloadAsync(blob));

        var upload = Assert.Single(await tickets.UploadAsync([blob]));
        Assert.False(upload.AlreadyStored);
        Assert.Equal(HttpStatusCode.BadRequest, await PutAsync(silo, upload.Url, content[..100]));
        Assert.Equal(HttpStatusCode.BadRequest, await PutAsync(silo, upload.Url, [.. content.Reverse()]));
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(silo, Tamper(upload.Url, "length=200000", "length=200001"), content));
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(silo, Tamper(upload.Url, "signature=", "signature=0"), content));
        Assert.Equal(HttpStatusCode.Created, await PutAsync(silo, upload.Url, content));
        Assert.True(Assert.Single(await tickets.UploadAsync([blob])).AlreadyStored);

        var download = (await tickets.DownloadAsync(blob)).Url;
        Assert.Equal(content, await silo.Http.GetByteArrayAsync(download));
        Assert.Equal(HttpStatusCode.Forbidden, (await silo.Http.GetAsync(upload.Url)).StatusCode);
        using var part = new HttpRequestMessage(HttpMethod.Get, download) { Headers = { Range = new(1000, 1999) } };
        using var answer = await silo.Http.SendAsync(part);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(content[1000..2000], await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public Task A_large_upload_that_broke_off_goes_on_where_it_was_also_after_the_silo_was_killed() => ResumeAsync();

    [SkippableFact]
    public async Task A_large_upload_goes_on_where_it_was_also_when_the_blobs_are_in_azure()
    {
        await using var azurite = await AzuriteServer.StartAsync();
        await ResumeAsync("--blobs-file", _data.File("address", azurite.ConnectionString));
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task Keys_and_data_are_readable_by_their_owner_alone()
    {
        await using var silo = await SiloProcess.StartAsync(Path.Combine(_data.Path, "new"));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_data.Path, "new", "tickets.key")));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(_data.Path, "new")));
    }

    [Fact]
    public async Task The_silo_never_loads_libtorch()
    {
        await using var silo = await SiloProcess.StartAsync(_data.Path);

        var loaded = await File.ReadAllTextAsync($"/proc/{silo.Id}/maps");

        Assert.Contains("hermes-silo.dll", loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("torch", loaded, StringComparison.OrdinalIgnoreCase);
    }

    private async Task ResumeAsync(params string[] more)
    {
        var folder = _data.At("data");
        var content = new byte[20 << 20];
        new Random(7).NextBytes(content);
        var blob = BlobDigest.Of(content, "local", MediaTypes.NiftiGz);
        await using (var first = await SiloProcess.StartAsync(folder, more))
        {
            using var broken = new StreamContent(new Half(content), 1 << 16) { Headers = { ContentLength = content.Length } };
            await Assert.ThrowsAsync<HttpRequestException>(async () => await first.Http.PutAsync(await TicketAsync(first), broken));
            await EndToEnd.Platform.UntilAsync(async () => await ReceivedAsync(first, await TicketAsync(first)) == content.Length / 2);
            await first.KillAsync();
        }

        await using var second = await SiloProcess.StartAsync(folder, more);
        var ticket = await TicketAsync(second);
        var received = await ReceivedAsync(second, ticket);
        Assert.Equal(HttpStatusCode.Conflict, await SendAsync(received + 1));
        Assert.Equal(HttpStatusCode.Created, await SendAsync(received));

        Assert.Equal(content.Length / 2, received);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(folder, "cache", "uploads")));
        var download = (await (await second.ConnectAsync()).GetGrain<IBlobTicketGrain>("local").DownloadAsync(blob)).Url;
        var back = await second.Http.GetByteArrayAsync(download);
        Assert.True(content.AsSpan().SequenceEqual(back));
        using var part = new HttpRequestMessage(HttpMethod.Get, download) { Headers = { Range = new(10_000_000, 10_000_999) } };
        using var piece = await second.Http.SendAsync(part);
        Assert.Equal(HttpStatusCode.PartialContent, piece.StatusCode);
        Assert.Equal(content[10_000_000..10_001_000], await piece.Content.ReadAsByteArrayAsync());

        async Task<Uri> TicketAsync(SiloProcess silo) => (await (await silo.ConnectAsync()).GetGrain<IBlobTicketGrain>("local").UploadAsync([blob]))[0].Url;

        async Task<HttpStatusCode> SendAsync(int from)
        {
            using var rest = new ByteArrayContent(content, from, content.Length - from) { Headers = { ContentRange = new(from, content.Length - 1, content.Length) } };
            using var answer = await second.Http.PutAsync(ticket, rest);
            return answer.StatusCode;
        }

        async Task<int> ReceivedAsync(SiloProcess silo, Uri url)
        {
            using var question = new ByteArrayContent([]) { Headers = { ContentRange = new(content.Length) } };
            using var answer = await silo.Http.PutAsync(url, question);
            return (await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("received").GetInt32();
        }
    }

    private static async Task<HttpStatusCode> PutAsync(SiloProcess silo, Uri url, byte[] content)
    {
        using var body = new ByteArrayContent(content);
        using var answer = await silo.Http.PutAsync(url, body);
        return answer.StatusCode;
    }

    private static Uri Tamper(Uri url, string found, string put) => new(url.ToString().Replace(found, put, StringComparison.Ordinal));

    // The silo declares its devices just after it is ready.
    private static async Task<IReadOnlyList<DeviceDescription>> Devices(IGrainFactory grains)
    {
        for (var i = 0; i < 200; i++)
        {
            var devices = await grains.GetGrain<ISchedulerGrain>(ISchedulerGrain.DefaultClass).ListDevicesAsync();
            if (devices.Count > 0)
            {
                return devices;
            }

            await Task.Delay(100);
        }

        return [];
    }

    /// <summary>The first half of something, and then the connection breaks.</summary>
    private sealed class Half(byte[] content) : MemoryStream(content, 0, content.Length / 2)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            if (read > 0)
            {
                return read;
            }

            // What was sent arrives first.
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            throw new IOException("The connection was reset.");
        }
    }
}
