using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Owners;

namespace Hermes.Grains.Datasets;

/// <summary>What a dataset stores.</summary>
public sealed record DatasetRecord : IStated<DatasetState>
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
}
