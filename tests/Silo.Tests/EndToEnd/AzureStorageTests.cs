using System.Text;
using Azure.Storage.Blobs;
using Azure.Storage.Sas;
using Hermes.Hosting;
using Hermes.Silo.Tests.Processes;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>A platform whose blobs lie in Azure Blob Storage.</summary>
public sealed class AzureStorageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_platform_adds_trains_segments_and_collects_with_no_blob_in_its_data_directory_and_no_key_on_a_command_line()
    {
        await using var server = await AzuriteServer.StartAsync();
        var container = await CreateAsync(server);
        var address = container.GenerateSasUri(BlobContainerSasPermissions.All, TimeProvider.System.GetUtcNow().AddHours(1)).ToString();
        await using (var platform = await Platform.StartAsync(_folder.At("data"), "--blobs-file", _folder.File("address", address)))
        {
            await platform.DoAsync([.. Platform.AddArguments("good", Scans.WriteCases(_folder.At("good")))]);
            await platform.DoAsync("train", "--name", "one", "--preset", "tiny", "--steps", "1", "--wait");
            await platform.DoAsync("segment", Scans.Write(_folder.At("scan.nii.gz"), Scans.Image(9)), "-o", _folder.At("organs.nii.gz"));
            Assert.Empty((await platform.DoAsync("blobs", "check")).Json.GetProperty("problems").EnumerateArray());
            Assert.Equal(0, (await platform.DoAsync("blobs", "collect")).Json.GetProperty("removed").GetInt32());

            Assert.NotEmpty(platform.Workers());
            Assert.All(platform.Workers().Append(platform.Silo.Id), id => Assert.DoesNotContain("sig=", File.ReadAllText($"/proc/{id}/cmdline", Encoding.UTF8), StringComparison.Ordinal));
        }

        Assert.True(File.Exists(_folder.At("organs.nii.gz")));
        Assert.False(Directory.Exists(_folder.At("data/blobs")));
        Assert.InRange(await container.GetBlobsAsync().CountAsync(), 10, 100);
        Assert.All(
            Directory.EnumerateFiles(_folder.At("data"), "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".log" or ".db"),
            file => Assert.DoesNotContain("sig=", File.ReadAllText(file, Encoding.Latin1), StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_silo_whose_store_does_not_let_it_in_says_so_and_ends_and_one_whose_store_says_nothing_asks_to_be_started_again()
    {
        await using var server = await AzuriteServer.StartAsync();
        var signed = (await CreateAsync(server)).GenerateSasUri(BlobContainerSasPermissions.All, TimeProvider.System.GetUtcNow().AddHours(-1));

        var (exitCode, _, errors) = await SiloProcess.RunAsync(
            "--data-dir", _folder.At("data"), "--address", SiloProcess.FreeAddress(), "--blobs-file", _folder.File("address", signed.ToString()));

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"The blob store {signed.GetLeftPart(UriPartial.Path)} refuses: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("sig=", errors, StringComparison.Ordinal);

        var nowhere = new UriBuilder(signed) { Port = 1 }.ToString();
        var (asks, _, silence) = await SiloProcess.RunAsync(
            "--data-dir", _folder.At("data"), "--address", SiloProcess.FreeAddress(), "--blobs-file", _folder.File("address", nowhere));
        Assert.Equal(ExitCodes.Away, asks);
        Assert.Contains("does not answer: Connection refused", silence, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_store_is_reached_over_TLS_by_an_authority_that_the_machine_trusts_or_SSL_CERT_FILE_names_and_by_no_other()
    {
        var authority = new CertificateAuthority(_folder.Path, TimeProvider.System);
        authority.Create();
        await using var server = await NativeAzurite.StartAsync(authority.Issue("blobs", ["127.0.0.1"]).File);
        var (data, address) = (_folder.At("data"), _folder.File("address", server.ConnectionString));
        var settings = $$"""{"data-dir": "{{data}}", "address": "{{SiloProcess.FreeAddress()}}", "blobs-file": "{{address}}"}""";
        string[] check = ["config", "check", "--config-file", _folder.File("silo.json", settings), "--json"];

        var trusted = await HermesProcess.RunAsync(new Dictionary<string, string> { ["SSL_CERT_FILE"] = authority.CertificateFile }, check);
        var untrusted = await HermesProcess.RunAsync(check);

        Assert.True(trusted.ExitCode == 0, trusted.Output + trusted.Error);
        Assert.Equal(1, untrusted.ExitCode);
        Assert.True(untrusted.Output.Contains("certificate is invalid", StringComparison.Ordinal), untrusted.Output);
    }

    private static async Task<BlobContainerClient> CreateAsync(AzuriteServer server)
    {
        var container = server.NewContainer();
        await container.CreateAsync();
        return container;
    }
}
