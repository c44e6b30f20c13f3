using k8s;
using k8s.Models;

namespace Hermes.Cli.Tests.Deployment;

/// <summary>The manifests for Kubernetes, read strictly: what its API does not know is a failure.</summary>
internal static class Manifests
{
    /// <summary>What stands for the name and the address of a pod.</summary>
    public const string PodName = "hermes-silo-cpu-0", PodAddress = "10.1.2.3";

    public static IReadOnlyList<string> Files { get; } = [.. Directory.GetFiles(Path.Combine(Repository.Root, "deploy", "kubernetes"), "*.yaml").Order(StringComparer.Ordinal)];

    public static IReadOnlyList<IKubernetesObject<V1ObjectMeta>> All { get; } = [.. Files.SelectMany(f => Read(File.ReadAllText(f)))];

    /// <summary>Everything that runs pods.</summary>
    public static IReadOnlyList<Workload> Workloads { get; } =
    [
        .. Of<V1StatefulSet>().Select(s => new Workload(s.Metadata.Name, s.Spec.Template, s.Spec.Selector)),
        .. Of<V1Deployment>().Select(d => new Workload(d.Metadata.Name, d.Spec.Template, d.Spec.Selector)),
        .. Of<V1Job>().Select(j => new Workload(j.Metadata.Name, j.Spec.Template, null)),
    ];

    public static IReadOnlyList<V1StatefulSet> Silos { get; } = [.. Of<V1StatefulSet>()];

    public static IEnumerable<IKubernetesObject<V1ObjectMeta>> Read(string text) => KubernetesYaml.LoadAllFromString(text, strict: true).Cast<IKubernetesObject<V1ObjectMeta>>();

    public static IEnumerable<T> Of<T>() => All.OfType<T>();

    public static T Named<T>(string name)
        where T : IKubernetesObject<V1ObjectMeta> => Assert.Single(Of<T>(), o => o.Metadata.Name == name);

    /// <summary>The environment of a container, as its pod makes it: what it says of itself, then references to what stands before.</summary>
    public static IReadOnlyDictionary<string, string> Environment(V1Container container)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in container.Env ?? [])
        {
            var value = variable.ValueFrom?.FieldRef.FieldPath switch
            {
                null => variable.Value,
                "metadata.name" => PodName,
                "status.podIP" => PodAddress,
                var other => throw new InvalidDataException($"{variable.Name} is told {other}, which is not known here."),
            };
            environment.Add(variable.Name, Expanded(value, environment));
        }

        return environment;
    }

    /// <summary>The arguments of a container, with the variables that they refer to.</summary>
    public static string[] Arguments(V1Container container) =>
        [.. (container.Command ?? []).Concat(container.Args ?? []).Select(a => Expanded(a, Environment(container)))];

    private static string Expanded(string text, IReadOnlyDictionary<string, string> environment)
    {
        var expanded = environment.Aggregate(text, (t, v) => t.Replace($"$({v.Key})", v.Value, StringComparison.Ordinal));
        return expanded.Contains("$(", StringComparison.Ordinal) ? throw new InvalidDataException($"{text} refers to a variable that does not stand before it.") : expanded;
    }
}

/// <summary>Something that runs pods.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Template">Of its pods.</param>
/// <param name="Selector">Which pods it takes for its own; null where Kubernetes sees to that.</param>
internal sealed record Workload(string Name, V1PodTemplateSpec Template, V1LabelSelector? Selector)
{
    public V1PodSpec Pod => Template.Spec;

    public IReadOnlyList<V1Container> Containers { get; } = [.. Template.Spec.InitContainers ?? [], .. Template.Spec.Containers];

    /// <summary>Whether a selector of pods selects its pods.</summary>
    public bool IsSelected(V1LabelSelector selector) =>
        (selector.MatchLabels ?? new Dictionary<string, string>()).All(l => Label(l.Key) == l.Value)
        && (selector.MatchExpressions ?? []).All(e => e.OperatorProperty switch
        {
            "In" => e.Values.Contains(Label(e.Key)),
            "NotIn" => !e.Values.Contains(Label(e.Key)),
            _ => throw new InvalidDataException($"The operator {e.OperatorProperty} is not known here."),
        });

    private string? Label(string key) => Template.Metadata.Labels.TryGetValue(key, out var value) ? value : null;
}
