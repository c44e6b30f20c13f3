using System.Diagnostics;
using System.Text.RegularExpressions;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using k8s.Models;
using YamlDotNet.Core;

namespace Hermes.Cli.Tests.Deployment;

/// <summary>The manifests of <c>deploy/kubernetes</c> fit each other and the programs, as far as that shows without a cluster.</summary>
public sealed partial class KubernetesTests : IDisposable
{
    private const string Gpu = "nvidia.com/gpu";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. Manifests.Workloads.Select(w => w.Name)];

    public static TheoryData<string> SiloNames => [.. Manifests.Silos.Select(s => s.Metadata.Name)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_document_is_of_a_kind_that_Kubernetes_knows_and_lies_in_the_platforms_namespace()
    {
        var space = Assert.Single(Manifests.Of<V1Namespace>()).Metadata.Name;

        Assert.All(Manifests.All.Where(o => o is not V1Namespace), o => Assert.Equal(space, o.Metadata.NamespaceProperty));
        Assert.Equal(Manifests.All.Count, Manifests.All.Select(o => (o.Kind, o.Metadata.Name)).Distinct().Count());
    }

    [Theory]
    [InlineData("terminationGracePeriodSeconds:", "terminationGracePeriod:")]
    [InlineData("      automountServiceAccountToken: false\n", "      automountServiceAccountToken: false\n      automountServiceAccountToken: false\n")]
    [InlineData("kind: StatefulSet", "kind: StatefulSets")]
    public void What_Kubernetes_does_not_know_or_is_said_twice_is_found(string right, string wrong)
    {
        var text = File.ReadAllText(Manifests.Files.First(f => f.EndsWith("cpu.yaml", StringComparison.Ordinal)));

        Assert.Contains(right, text, StringComparison.Ordinal);
        Assert.True(Record.Exception(() => Manifests.Read(text.Replace(right, wrong, StringComparison.Ordinal)).ToList()) is YamlException or KeyNotFoundException);
    }

    [Fact]
    public void Selectors_select_pods_that_exist_and_a_set_takes_its_own_only()
    {
        Assert.All(Manifests.Workloads.Where(w => w.Selector is not null), w => Assert.Equal([w], Manifests.Workloads.Where(o => o.IsSelected(w.Selector!))));
        Assert.All(Manifests.Of<V1PodDisruptionBudget>(), b => Assert.Single(Manifests.Workloads, w => w.IsSelected(b.Spec.Selector)));
        Assert.All(Manifests.Of<V1Service>(), s => Assert.Contains(Manifests.Workloads, w => w.IsSelected(new V1LabelSelector { MatchLabels = s.Spec.Selector })));
        var policies = Manifests.Of<V1NetworkPolicy>().ToList();
        var sources = policies.SelectMany(p => p.Spec.Ingress ?? []).SelectMany(i => i.FromProperty).Select(f => f.PodSelector).OfType<V1LabelSelector>();
        Assert.All(policies.Select(p => p.Spec.PodSelector).Concat(sources), selector => Assert.Contains(Manifests.Workloads, w => w.IsSelected(selector)));
        Assert.All(Manifests.Workloads, w => Assert.Single(policies, p => w.IsSelected(p.Spec.PodSelector)));
    }

    [Fact]
    public void Every_silo_is_reached_at_the_ports_at_which_it_listens_and_at_no_other()
    {
        foreach (var silo in Manifests.Silos)
        {
            var container = Silo(silo);
            var own = container.Ports.ToDictionary(p => p.Name, p => p.ContainerPort);
            var service = Manifests.Named<V1Service>(silo.Spec.ServiceName);
            Assert.Equal(own.OrderBy(p => p.Key), service.Spec.Ports.ToDictionary(p => p.Name, p => p.Port).OrderBy(p => p.Key));
            var policy = Assert.Single(Manifests.Of<V1NetworkPolicy>(), p => Workload(silo.Metadata.Name).IsSelected(p.Spec.PodSelector));
            Assert.Equal(own.Values.Order(), policy.Spec.Ingress.SelectMany(i => i.Ports).Select(p => int.Parse(p.Port, null)).Distinct().Order());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_pod_mounts_exists_and_what_it_is_told_lies_there(string name)
    {
        var pod = Workload(name).Pod;
        foreach (var container in Workload(name).Containers)
        {
            Assert.Empty(container.VolumeMounts.Select(m => m.Name).Except(pod.Volumes.Select(v => v.Name)));
            var told = Manifests.Environment(container).Values.Concat(Manifests.Arguments(container)).Concat(Settings(pod, container));
            Assert.All(told.SelectMany(t => InContainer().Matches(t).Select(m => m.Value)), path => Assert.True(IsThere(pod, container, path), $"{container.Name} is told {path}"));
        }

        Assert.Empty(pod.Volumes.Select(v => v.Name).Except(Workload(name).Containers.SelectMany(c => c.VolumeMounts).Select(m => m.Name)));
        Assert.All(pod.Volumes, volume => Assert.True(Keys(volume).Count > 0 || volume.EmptyDir is not null, volume.Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_a_pod_runs_is_a_program_of_this_version_and_understands_its_words(string name)
    {
        var version = typeof(CommandLine).Assembly.GetName().Version!.ToString(3);
        foreach (var container in Workload(name).Containers)
        {
            Assert.Matches($"^hermes:{Regex.Escape(version)}(-cuda)?$", container.Image);
            await Told.RequireKnownAsync(Manifests.Environment(container).Keys);
            switch (Manifests.Arguments(container))
            {
                case ["hermes", .. var words]:
                    CommandLines.RequireUnderstood(words);
                    break;
                case ["sh", var script]:
                    Assert.NotEmpty(CommandLines.In(Map(Workload(name).Pod, container, script)!));
                    Assert.All(CommandLines.In(Map(Workload(name).Pod, container, script)!), CommandLines.RequireUnderstood);
                    break;
                case ["dotnet", var program, .. var words]:
                    Assert.Equal($"/programs/dashboard/{PlatformProgram.Dashboard.File}", program);
                    await RequireOfDashboardAsync(words);
                    break;
                case var words:
                    // The image runs a silo.
                    Assert.Empty(words);
                    break;
            }
        }
    }

    [Theory]
    [MemberData(nameof(SiloNames))]
    public async Task A_silo_is_told_what_it_knows_and_others_find_it_at_the_address_of_its_pod(string name)
    {
        var (silo, pod) = (Silo(Manifests.Named<V1StatefulSet>(name)), Workload(name).Pod);
        var environment = new Dictionary<string, string>(Manifests.Environment(silo));
        environment[Told.ConfigFile] = _folder.File("silo.json", Map(pod, silo, environment[Told.ConfigFile])!);

        var told = await Told.ReadAsync(environment);

        Assert.Equal(Manifests.PodName, told["name"]);
        // Where it listens is where commands in the pod look for it, and what it tells other silos.
        Assert.Equal(($"{Manifests.PodAddress}:{Port(silo, "http")}", null), (told["address"], told["host"]));
        Assert.Equal((Port(silo, "silo"), Port(silo, "gateway")), (told["silo-port"], told["gateway-port"]));
        Assert.All(new[] { "database-file", "broker-file", "blobs-file", "token-file", "tls-certificate-file", "tls-ca-file", "data-dir" }, s => Assert.NotNull(told[s]));
    }

    [Fact]
    public void Silos_on_processors_and_on_cards_are_sets_of_their_own_and_a_card_is_asked_for_where_one_is_declared()
    {
        var devices = new List<string>();
        foreach (var silo in Manifests.Silos)
        {
            var (container, declared) = (Silo(silo), Manifests.Environment(Silo(silo))["HERMES_DEVICE"].Split(','));
            var cards = container.Resources.Limits.TryGetValue(Gpu, out var limit) ? limit.ToInt32() : 0;
            Assert.Equal(declared.Count(d => d.StartsWith("cuda:", StringComparison.Ordinal)), cards);
            Assert.Equal(cards > 0, container.Image.EndsWith("-cuda", StringComparison.Ordinal));
            Assert.Equal(cards > 0, Workload(silo.Metadata.Name).Pod.Tolerations?.Any(t => t.Key == Gpu) == true);
            devices.Add(declared[0].Split(':')[0]);
        }

        Assert.Equal(["cpu", "cuda"], devices.Order());
    }

    [Theory]
    [MemberData(nameof(SiloNames))]
    public void A_silo_is_looked_after_where_it_answers(string name)
    {
        var silo = Silo(Manifests.Named<V1StatefulSet>(name));

        foreach (var (probe, path) in new[] { (silo.StartupProbe, "startup"), (silo.ReadinessProbe, "ready"), (silo.LivenessProbe, "live") })
        {
            Assert.Equal(($"/health/{path}", "http", "HTTPS"), (probe.HttpGet.Path, probe.HttpGet.Port.Value, probe.HttpGet.Scheme));
        }
    }

    [Theory]
    [MemberData(nameof(SiloNames))]
    public void A_new_version_takes_one_silo_at_a_time_and_each_has_the_time_that_an_orderly_end_takes(string name)
    {
        var silos = Manifests.Named<V1StatefulSet>(name).Spec;
        var budget = Assert.Single(Manifests.Of<V1PodDisruptionBudget>(), b => Workload(name).IsSelected(b.Spec.Selector)).Spec;

        Assert.Equal("RollingUpdate", silos.UpdateStrategy.Type);
        Assert.Equal(("1", 0), (silos.UpdateStrategy.RollingUpdate?.MaxUnavailable?.Value ?? "1", silos.UpdateStrategy.RollingUpdate?.Partition ?? 0));
        Assert.True(silos.MinReadySeconds > 0, "One that is ready for a moment is not yet a member.");
        Assert.Equal("1", budget.MaxUnavailable.Value);
        Assert.True(TimeSpan.FromSeconds(silos.Template.Spec.TerminationGracePeriodSeconds!.Value) >= Grace.Program);
    }

    [Fact]
    public void The_dashboard_looks_for_silos_under_the_names_of_pods_that_exist()
    {
        var container = Assert.Single(Workload("hermes-dashboard").Containers);

        foreach (var address in Manifests.Environment(container)["HERMES_ADDRESS"].Split(','))
        {
            var pod = PodHost().Match(address);
            Assert.True(pod.Success, address);
            var silo = Manifests.Named<V1StatefulSet>(pod.Groups["set"].Value);
            Assert.InRange(int.Parse(pod.Groups["ordinal"].Value, null), 0, silo.Spec.Replicas!.Value - 1);
            Assert.Equal((silo.Spec.ServiceName, silo.Metadata.NamespaceProperty), (pod.Groups["service"].Value, pod.Groups["space"].Value));
            Assert.Equal(Port(Silo(silo), "http"), pod.Groups["port"].Value);
        }
    }

    [Fact]
    public async Task The_certificate_that_a_pod_makes_is_good_for_its_address_and_its_name()
    {
        var silo = Manifests.Silos[0];
        var container = Assert.Single(Workload(silo.Metadata.Name).Pod.InitContainers);
        var script = Map(Workload(silo.Metadata.Name).Pod, container, Manifests.Arguments(container)[1])!;
        script = ScriptFolder().Replace(script, folder => _folder.Folder(folder.Groups[1].Value));
        new CertificateAuthority(_folder.At("authority"), TimeProvider.System).Create();
        var hermes = $"hermes() {{ dotnet '{HermesProcess.Program}' \"$@\"; }}\n";
        var start = new ProcessStartInfo("sh", [_folder.File("issue.sh", hermes + script)]) { RedirectStandardError = true };
        foreach (var (variable, value) in Manifests.Environment(container))
        {
            start.Environment[variable] = value;
        }

        using var issue = Process.Start(start)!;
        var errors = issue.StandardError.ReadToEndAsync();
        Assert.True(await issue.EndAsync() == 0, await errors);

        var environment = Manifests.Environment(Silo(silo));
        string At(string variable) => _folder.At(environment[variable].TrimStart('/'));
        TlsIdentity.Read(new TlsFiles(At(TlsFileOptions.CertificateVariable), At(TlsFileOptions.AuthorityVariable)), TimeProvider.System.GetUtcNow())
            .RequireSilo(Manifests.PodAddress, $"{Manifests.PodName}.{silo.Spec.ServiceName}.{silo.Metadata.NamespaceProperty}.svc");
    }

    private static Workload Workload(string name) => Assert.Single(Manifests.Workloads, w => w.Name == name);

    private static V1Container Silo(V1StatefulSet set) => Assert.Single(set.Spec.Template.Spec.Containers);

    private static string Port(V1Container container, string name) => Assert.Single(container.Ports, p => p.Name == name).ContainerPort.ToString(null, null);

    private static async Task RequireOfDashboardAsync(IEnumerable<string> words)
    {
        var start = PlatformProgram.Dashboard.StartInfo("--help");
        start.RedirectStandardOutput = true;
        using var program = Process.Start(start)!;
        var said = program.StandardOutput.ReadToEndAsync();
        Assert.Equal(0, await program.EndAsync());
        var help = await said;
        Assert.All(words.Where(w => w.StartsWith("--", StringComparison.Ordinal)), option => Assert.Contains($"{option} ", help, StringComparison.Ordinal));
    }

    // The values of the file of settings that a container is told.
    private static IEnumerable<string> Settings(V1PodSpec pod, V1Container container) =>
        Manifests.Environment(container).TryGetValue(Told.ConfigFile, out var file) ? [Map(pod, container, file)!] : [];

    /// <summary>What a file in a container holds that is of a ConfigMap; null for any other file.</summary>
    private static string? Map(V1PodSpec pod, V1Container container, string path) =>
        Mounted(pod, container, path) is { ConfigMap.Name: var map } && Manifests.Named<V1ConfigMap>(map).Data.TryGetValue(Path.GetFileName(path), out var text) ? text : null;

    private static bool IsThere(V1PodSpec pod, V1Container container, string path) =>
        Mounted(pod, container, path) is { } volume && (volume.EmptyDir is not null || Keys(volume).Contains(Path.GetFileName(path)));

    private static V1Volume? Mounted(V1PodSpec pod, V1Container container, string path) =>
        container.VolumeMounts.FirstOrDefault(m => path == m.MountPath || path.StartsWith(m.MountPath + "/", StringComparison.Ordinal)) is { } mount
            ? pod.Volumes.Single(v => v.Name == mount.Name)
            : null;

    /// <summary>The files of a volume: secrets are made by commands that the settings tell.</summary>
    private static IReadOnlyCollection<string> Keys(V1Volume volume) => volume switch
    {
        { ConfigMap.Name: var map } => [.. Manifests.Named<V1ConfigMap>(map).Data.Keys],
        { Secret.SecretName: var secret } =>
        [
            .. from line in Manifests.Files.SelectMany(File.ReadLines)
               let made = SecretMade().Match(line)
               where made.Success && made.Groups["name"].Value == secret
               from key in made.Groups["key"].Captures
               select key.Value,
        ],
        _ => [],
    };

    [GeneratedRegex(@"(?<![\w.:/])/(secrets|tls|owner|authority|settings|scripts|data)(/[\w.-]+)*")]
    private static partial Regex InContainer();

    [GeneratedRegex(@"(?<!\w)/(authority|tls|tmp)\b")]
    private static partial Regex ScriptFolder();

    [GeneratedRegex(@"^(?<set>[\w-]+)-(?<ordinal>\d+)\.(?<service>[\w-]+)\.(?<space>[\w-]+)\.svc:(?<port>\d+)$")]
    private static partial Regex PodHost();

    [GeneratedRegex(@"^# +kubectl --namespace hermes create secret generic (?<name>\S+)(?: --from-file=(?<key>[\w.-]+)(?:=\S+)?)+$")]
    private static partial Regex SecretMade();
}
