using System.Globalization;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Client.Tests.Models;

/// <summary>Models that grew, and updates by which they did, as their actors tell of them.</summary>
internal static class Grown
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A blob whose digest begins with a word.</summary>
    public static BlobRef Blob(string word) => new(Names.DefaultSite, Identity.Of(word), 1, MediaTypes.Safetensors);

    public static ModelBranch Branch(string group, string trunk = "first") => new()
    {
        Package = Blob($"{group} on {trunk}"),
        Trunk = Blob(trunk).Sha256,
        Group = Group(group),
        Tasks = [$"{group}/one"],
        Modalities = [],
        Policy = BranchPolicy.Branch,
        Dataset = new PinnedDataset($"local/{group}", 1),
        Parameters = 1234,
        Score = 0.8,
    };

    /// <summary>A version whose trunk a run made that has the trunk's name.</summary>
    public static ModelVersion Version(int number, string trunk, params ModelBranch[] branches) => new()
    {
        Model = "universal",
        Version = number,
        Content = new ModelVersionContent
        {
            Package = Blob(trunk),
            Tasks = ["abdomen/one"],
            Modalities = ["ct"],
            PromptGroups = [Group("abdomen")],
            Network = "hermes-r, base 8",
            Parameters = 1_000_000,
            Score = 0.75,
            Branches = [.. branches.OrderBy(b => b.Package.Sha256, StringComparer.Ordinal)],
        },
        Run = trunk,
        Datasets = [new PinnedDataset("local/abdomen", 2)],
        Published = Noon.AddMinutes(number),
    };

    /// <summary>A first version and as many more as are wanted, each with one branch more than the one before.</summary>
    public static ModelStatus InLine(int versions) => Model(
        [.. Enumerable.Range(1, versions).Select(n => Version(n, "first", [.. Enumerable.Range(2, n - 1).Select(k => Branch($"set{k}"))]))],
        [
            new Promotion { Id = "first", Kind = PromotionKind.Trunk, From = 0, To = 1, At = Noon },
            .. Enumerable.Range(2, versions - 1).Select(n => new Promotion
            {
                Id = string.Create(CultureInfo.InvariantCulture, $"grow-set{n}"), Kind = PromotionKind.Branches, From = n - 1, To = n, At = Noon, Added = [Branch($"set{n}")],
            }),
        ],
        live: versions);

    /// <summary>Version 2 was taken back and version 3, which is live, grew from the first as well; version 4 waits, and its trunk knows none of it.</summary>
    public static ModelStatus Forked() => Model(
        [Version(1, "first"), Version(2, "first", Branch("lesions")), Version(3, "first", Branch("nodes")), Version(4, "second")],
        [
            new Promotion { Id = "first", Kind = PromotionKind.Trunk, From = 0, To = 1, At = Noon },
            new Promotion { Id = "grow-lesions", Kind = PromotionKind.Branches, From = 1, To = 2, At = Noon, Added = [Branch("lesions")] },
            new Promotion { Id = Guid.Empty.ToString("N"), Kind = PromotionKind.Rollback, From = 2, To = 1, At = Noon, Removed = [Branch("lesions")], Undoes = 1 },
            new Promotion { Id = "grow-nodes", Kind = PromotionKind.Branches, From = 1, To = 3, At = Noon, Added = [Branch("nodes")] },
        ],
        live: 3) with
    {
        Aliases = new Dictionary<string, int> { [IModelGrain.LiveAlias] = 3, [IModelGrain.CandidateAlias] = 4 },
    };

    public static ModelStatus Model(IReadOnlyList<ModelVersion> versions, IReadOnlyList<Promotion> promotions, int live) => new()
    {
        Name = "universal",
        Versions = versions,
        Aliases = new Dictionary<string, int> { [IModelGrain.LiveAlias] = live },
        Promotions = promotions,
    };

    /// <summary>An update that learned the branch of nodes.</summary>
    public static UpdateStatus Update(UpdateState state, bool isLearned = true) => new()
    {
        Name = "grow-nodes",
        State = state,
        Request = new UpdateRequest { Datasets = ["local/nodes"], Minutes = 5 },
        BaseVersion = 1,
        Steps = 487,
        SecondsPerStep = 0.616,
        Branches = [new UpdateBranch { Dataset = new PinnedDataset("local/nodes", 1), Run = "branch-1a2b", Steps = 487, Learned = isLearned ? Branch("nodes") : null }],
        Created = Noon,
    };

    /// <summary>What is written when no bit of two groups moved.</summary>
    public static UpdateCertificate Certificate() => new()
    {
        Update = "grow-nodes",
        Base = "universal@1",
        BaseDigest = Version(1, "first").Content.Digest(),
        Trunk = Blob("first").Sha256,
        FrozenBranches = [],
        NewBranches = [Branch("nodes").Package.Sha256],
        Probes = [new ProbedAnswer("abdomen", "local/abdomen/a", Blob("a").Sha256, Blob("a").Sha256), new ProbedAnswer("chest", "local/chest/b", Blob("b").Sha256, Blob("b").Sha256)],
        NewTasks = [new MeasuredTask("nodes/one", 0.8123, 3, Split.Test)],
        Devices = ["silo/cpu: cpu, 2 threads"],
        IsGranted = true,
        At = Noon,
        Remarks = ["The group nodes is measured and not compared."],
    };

    /// <summary>What is written of a new trunk of which one old task has too few cases.</summary>
    public static UpdateCertificate TrunkCertificate() => Certificate() with
    {
        NewTrunk = Blob("third").Sha256,
        Probes = [],
        Changes = [new TaskChange("abdomen", "abdomen/liver", 12, 0.9, 0.895, -0.005, -0.008), new TaskChange("abdomen", "abdomen/spleen", 1, 0.8, 0.82, 0.02, null)],
        Tolerance = 0.01,
        NeedsAcceptance = true,
    };

    private static PromptGroup Group(string name) => new(name, "ct", [new PromptLabel(1, $"{name}/one")]);
}
