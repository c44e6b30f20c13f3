using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Owners;

namespace Hermes.Grains.Datasets;

/// <summary>What a dataset stores.</summary>
public sealed record DatasetRecord : IStated<DatasetState>, IOutbox<DatasetRecord>
{
    /// <summary>Where it stands.</summary>
    public DatasetState State { get; init; }

    /// <summary>The declaration of the newest version, or of the add under way while there is none.</summary>
    public DatasetDeclaration? Declaration { get; init; }

    /// <summary>The command that began the last add or append.</summary>
    public string? CommandId { get; init; }

    /// <summary>Who first saw it end well.</summary>
    public string? SeenBy { get; init; }

    /// <summary>The add or append under way.</summary>
    public DatasetAdd? Add { get; init; }

    /// <summary>All versions, oldest first.</summary>
    public IReadOnlyList<DatasetVersionHead> Versions { get; init; } = [];

    /// <summary>The key of the hash that draws splits, hexadecimal; kept for later cases.</summary>
    public string? SplitKey { get; init; }

    /// <summary>Why the last add or append was refused; the first of the reasons.</summary>
    public IReadOnlyList<Failure> Problems { get; init; } = [];

    /// <summary>How many reasons there were.</summary>
    public int ProblemCount { get; init; }

    /// <summary>All reasons, as JSON arrays of at most <see cref="IDatasetGrain.PageSize"/>; empty where <see cref="Problems"/> holds them all.</summary>
    public IReadOnlyList<BlobRef> ProblemPages { get; init; } = [];

    /// <summary>Updates that learn it, the newest last.</summary>
    public IReadOnlyList<DatasetUpdate> Updates { get; init; } = [];

    /// <summary>What live versions of models learned from it, one entry a model.</summary>
    public IReadOnlyList<DatasetUse> Uses { get; init; } = [];

    /// <summary>How it was taken out, if it was.</summary>
    public DatasetWithdrawal? Withdrawal { get; init; }

    /// <summary>What is to be deleted of a withdrawn dataset, as a JSON array of <see cref="DoomedBlob"/>, until it is.</summary>
    public BlobRef? Doomed { get; init; }

    /// <summary>Pages that somebody looked at and of which cases lack a preview, the one asked for last at the front.</summary>
    public IReadOnlyList<CasePage> Unseen { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<IntegrationEvent> Outgoing { get; init; } = [];

    /// <inheritdoc/>
    public DatasetRecord WithOutgoing(IReadOnlyList<IntegrationEvent> outgoing) => this with { Outgoing = outgoing };
}
