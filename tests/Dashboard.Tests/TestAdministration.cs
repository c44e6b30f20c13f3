using System.Collections.Concurrent;
using Hermes.Dashboard.Administration;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Dashboard.Tests;

/// <summary>A platform that a test looks after; writes down what is done to it.</summary>
internal sealed class TestAdministration : IAdministrationReader, IAdministrationActions
{
    public static readonly PlatformDescription Described = new(
        "1.2.3", "clinic", "10.0.0.7:30000", "hermes", "hermes", "/data/hermes", 42, ["10.0.0.7:5081"],
        [new SiloDescription("silo", "10.0.0.7:5081", "clinic", [SiloRoles.Keep, SiloRoles.Compute], [new SiloDevice("cuda:0", 24L << 30)])]);

    public Func<Task<PlatformReport>> Report { get; set; } = () => Task.FromResult(new PlatformReport(Described, [], null, []));

    public Func<Task<IReadOnlyList<AccessEntry>>> Access { get; set; } = () => Task.FromResult<IReadOnlyList<AccessEntry>>([]);

    public Func<Task<IReadOnlyList<AuditRecord>>> Audit { get; set; } = () => Task.FromResult<IReadOnlyList<AuditRecord>>([]);

    public ConcurrentQueue<(AuditSearch Search, long? Before)> Searched { get; } = new();

    public IReadOnlyList<BlobCheck> Stretches { get; set; } = [];

    public List<string> Done { get; } = [];

    public string? LookedAt { get; private set; }

    public Task<PlatformReport> GetPlatformAsync(string? silo, CancellationToken cancellationToken)
    {
        LookedAt = silo;
        return Report();
    }

    public Task<IReadOnlyList<AccessEntry>> GetAccessAsync(CancellationToken cancellationToken) => Access();

    public Task<IReadOnlyList<AuditRecord>> AuditAsync(AuditSearch search, long? before, int limit, CancellationToken cancellationToken)
    {
        Searched.Enqueue((search, before));
        return Audit();
    }

    public Task<string> CreateTokenAsync(string name, Role role, CancellationToken cancellationToken)
    {
        Done.Add($"create {name} {role.Word()}");
        return Task.FromResult($"hermes:{name}:secret");
    }

    public Task WithdrawTokenAsync(string name, CancellationToken cancellationToken)
    {
        Done.Add($"withdraw {name}");
        return Task.CompletedTask;
    }

    public Task CheckBlobsAsync(Action<BlobCheck> told, CancellationToken cancellationToken)
    {
        foreach (var stretch in Stretches)
        {
            told(stretch);
        }

        return Task.CompletedTask;
    }

    public Task<BlobCollection> CollectBlobsAsync(bool dryRun, CancellationToken cancellationToken)
    {
        Done.Add($"collect {dryRun}");
        return Task.FromResult(new BlobCollection(3, 3 << 20, 40, 5L << 30, 1, 1 << 20));
    }
}
