using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Hermes.Hosting;
using YamlDotNet.Core;

namespace Hermes.Cli.Tests.Deployment;

/// <summary>The services of <c>deploy/compose.yaml</c> fit each other and the programs, as far as that shows without a container.</summary>
public sealed partial class ComposeTests
{
    private static readonly ComposeFile File = ComposeFile.Read(System.IO.File.ReadAllText(ComposeFile.Path));

    public static TheoryData<string> Names => [.. File.Services.Keys];

    public static TheoryData<string> SiloNames => [.. File.Services.Where(s => s.Value.IsSilo).Select(s => s.Key)];

    [Theory]
    [InlineData("  stop_grace_period: 90s", "  stop_grace_time: 90s")]
    [InlineData("    user: root\n", "    user: root\n    user: root\n")]
    public void A_word_that_is_none_or_is_said_twice_is_found(string right, string wrong)
    {
        var text = System.IO.File.ReadAllText(ComposeFile.Path);

        Assert.Contains(right, text, StringComparison.Ordinal);
        Assert.ThrowsAny<YamlException>(() => ComposeFile.Read(text.Replace(right, wrong, StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_service_names_is_there(string name)
    {
        var service = File.Services[name];

        Assert.All(service.DependsOn, dependency =>
        {
            Assert.Contains(dependency.Key, File.Services.Keys);
            Assert.Contains(dependency.Value.Condition, (string[])["service_completed_successfully", "service_healthy", "service_started"]);
            Assert.True(dependency.Value.Condition != "service_healthy" || File.Services[dependency.Key].Healthcheck is not null, $"Nobody looks after {dependency.Key}.");
        });
        Assert.Empty(service.Volumes.Select(v => v.Split(':')[0]).Except(File.Volumes.Keys));
        Assert.Empty(service.Configs.Select(c => c.Source).Except(File.Configs.Keys));
        Assert.Empty(service.Networks.Keys.Except(File.Networks.Keys));
        if (service.Build is { } build)
        {
            Assert.True(System.IO.File.Exists(Path.Combine(Path.GetDirectoryName(ComposeFile.Path)!, build.Context, build.Dockerfile)), build.Dockerfile);
            Assert.All(build.Args.Keys, argument => Assert.Contains(argument, Dockerfile.Arguments));
        }
    }

    [Fact]
    public void Every_volume_and_file_of_settings_is_used()
    {
        Assert.Empty(File.Volumes.Keys.Except(File.Services.Values.SelectMany(s => s.Volumes).Select(v => v.Split(':')[0])));
        Assert.Empty(File.Configs.Keys.Except(File.Services.Values.SelectMany(s => s.Configs).Select(c => c.Source)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_a_service_is_told_of_the_platform_a_program_knows(string name)
    {
        var service = File.Services[name];
        await Told.RequireKnownAsync(service.Environment.Keys);
        if (service.Entrypoint is ["hermes", .. var words])
        {
            CommandLines.RequireUnderstood([.. words, .. service.Command]);
        }

        Assert.All(service.Command.SelectMany(CommandLines.In), CommandLines.RequireUnderstood);
        Assert.Equal(service.Command.Any(c => c.Contains("hermes cluster", StringComparison.Ordinal)), service.Command.SelectMany(CommandLines.In).Any());
    }

    [Theory]
    [MemberData(nameof(SiloNames))]
    public async Task A_silo_is_told_what_it_knows_and_listens_where_others_and_its_own_commands_look_for_it(string name)
    {
        var silo = File.Services[name];
        var own = IPAddress.Parse(silo.Networks["default"].Address);

        var told = await Told.ReadAsync(silo.Environment);

        Assert.Equal((own, null), (IPEndPoint.Parse(told["address"]!).Address, told["host"]));
        Assert.True(IPNetwork.Parse(File.Networks["default"].Ipam.Config.Single()["subnet"]).Contains(own));
        Assert.Equal(name, $"silo-{told["name"]}");
        Assert.Equal($"/tls/{name}.pem", told["tls-certificate-file"]);
        Assert.Contains($"{name}) hosts={name},{own};;", File.Services["certificates"].Command.Single(), StringComparison.Ordinal);
        var isOnCard = told["device"]!.StartsWith("cuda", StringComparison.Ordinal);
        Assert.True((silo.Deploy is not null) == isOnCard && (silo.Build!.Args.GetValueOrDefault("BACKEND") == "cuda") == isOnCard);
    }

    [Fact]
    public void Silos_differ_in_name_address_and_data()
    {
        var silos = File.Services.Values.Where(s => s.IsSilo).ToList();

        foreach (var own in new Func<ComposeService, string>[] { s => s.Environment["HERMES_NAME"], s => s.Environment["HERMES_ADDRESS"], s => s.Networks["default"].Address, s => s.Volumes[0] })
        {
            Assert.Equal(silos.Count, silos.Select(own).Distinct().Count());
        }
    }

    [Fact]
    public void Database_broker_and_store_are_services_over_TLS_whose_certificates_are_made()
    {
        foreach (var environment in File.Services.Values.Select(s => s.Environment))
        {
            var hosts = new List<string>();
            if (environment.TryGetValue(DatabaseAddress.Variable, out var database))
            {
                var address = new DbConnectionStringBuilder { ConnectionString = database };
                Assert.Equal("VerifyFull", address["SSL Mode"]);
                hosts.Add((string)address["Host"]);
            }

            if (environment.TryGetValue(BrokerAddress.Variable, out var broker))
            {
                Assert.Equal("amqps", new Uri(broker).Scheme);
                Assert.Contains($"listeners.ssl.default = {new Uri(broker).Port}", File.Configs["rabbitmq"].Content, StringComparison.Ordinal);
                hosts.Add(new Uri(broker).Host);
            }

            if (environment.TryGetValue(BlobAddress.Variable, out var blobs))
            {
                var endpoint = new Uri((string)new DbConnectionStringBuilder { ConnectionString = blobs }["BlobEndpoint"]);
                Assert.Equal("https", endpoint.Scheme);
                hosts.Add(endpoint.Host);
            }

            Assert.Empty(hosts.Except(File.Services.Keys));
            Assert.All(hosts, host => Assert.Matches($@"for part in [\w -]*\b{host}\b", File.Services["certificates"].Command.Single()));
        }
    }

    [Theory]
    [MemberData(nameof(SiloNames))]
    public void A_silo_has_the_time_that_an_orderly_end_takes(string name)
    {
        var period = Seconds().Match(File.Services[name].StopGracePeriod ?? "");

        Assert.True(period.Success, File.Services[name].StopGracePeriod);
        Assert.True(TimeSpan.FromSeconds(int.Parse(period.Groups[1].Value, CultureInfo.InvariantCulture)) >= Grace.Program);
    }

    [GeneratedRegex(@"^(\d+)s$")]
    private static partial Regex Seconds();
}
