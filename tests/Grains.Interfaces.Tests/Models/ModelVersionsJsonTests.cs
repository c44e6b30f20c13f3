using System.Text.Json;
using System.Text.Json.Serialization;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Grains.Interfaces.Tests.Models;

/// <summary>Versions are read alike whether each is told in full or by what came and went.</summary>
public sealed class ModelVersionsJsonTests
{
    private const string ByChange =
        """
        {"versions": {
          "model": "m",
          "trunks": [
            {"content": {"package": BLOB0, "tasks": ["a/x"], "modalities": ["ct"], "promptGroups": [], "network": "net", "parameters": 9, "branches": []}, "run": "r1", "datasets": [{"dataset": "local/a", "version": 1}]},
            {"content": {"package": BLOB9, "tasks": ["a/x"], "modalities": ["ct"], "promptGroups": [], "network": "net", "parameters": 9, "branches": []}, "run": "r2", "datasets": []}
          ],
          "branches": [BRANCH3, BRANCH2, BRANCH4],
          "changes": [
            {"trunk": 0, "added": [], "gone": [], "published": "2026-01-01T00:00:00+00:00"},
            {"trunk": 0, "added": [0], "gone": [], "published": "2026-01-02T00:00:00+00:00"},
            {"trunk": 0, "added": [1], "gone": [], "published": "2026-01-03T00:00:00+00:00"},
            {"trunk": 1, "added": [2], "gone": [0, 1], "published": "2026-01-04T00:00:00+00:00"}
          ]
        }}
        """;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    [Fact]
    public void Versions_told_by_what_changed_are_those_told_in_full()
    {
        var json = ByChange;
        for (var i = 0; i < 10; i++)
        {
            json = json.Replace($"BLOB{i}", JsonSerializer.Serialize(Blob(i), Options), StringComparison.Ordinal)
                .Replace($"BRANCH{i}", JsonSerializer.Serialize(Branch(i), Options), StringComparison.Ordinal);
        }

        Assert.Equivalent(Versions(), JsonSerializer.Deserialize<Holder>(json, Options)!.Versions, strict: true);
    }

    [Fact]
    public void Versions_told_in_full_come_back_as_they_were() =>
        Assert.Equivalent(Versions(), JsonSerializer.Deserialize<Holder>(JsonSerializer.Serialize(new Holder(Versions()), Options), Options)!.Versions, strict: true);

    private static IReadOnlyList<ModelVersion> Versions() =>
    [
        Version(1, "r1", 0, [new PinnedDataset("local/a", 1)]),
        Version(2, "r1", 0, [new PinnedDataset("local/a", 1)], 3),
        Version(3, "r1", 0, [new PinnedDataset("local/a", 1)], 2, 3),
        Version(4, "r2", 9, [], 4),
    ];

    private static ModelVersion Version(int number, string run, int trunk, IReadOnlyList<PinnedDataset> datasets, params int[] branches) => new()
    {
        Model = "m",
        Version = number,
        Content = new ModelVersionContent
        {
            Package = Blob(trunk), Tasks = ["a/x"], Modalities = ["ct"], PromptGroups = [], Network = "net", Parameters = 9, Branches = [.. branches.Select(Branch)],
        },
        Run = run,
        Datasets = datasets,
        Published = new DateTimeOffset(2026, 1, number, 0, 0, 0, TimeSpan.Zero),
    };

    private static ModelBranch Branch(int number) => new()
    {
        Package = Blob(number),
        Trunk = Blob(0).Sha256,
        Group = new PromptGroup($"group {number}", "ct", [new PromptLabel(1, "b/y")]),
        Tasks = ["b/y"],
        Modalities = [],
        Policy = BranchPolicy.Priors,
        Dataset = new PinnedDataset($"local/{number}", 1),
        Parameters = 5,
    };

    private static BlobRef Blob(int number) => new("local", new string((char)('0' + number), 64), 7, MediaTypes.Safetensors);

    private sealed record Holder([property: JsonConverter(typeof(ModelVersionsJson))] IReadOnlyList<ModelVersion> Versions);
}
