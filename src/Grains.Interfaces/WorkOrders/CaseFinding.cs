namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>What a worker found in the files of a case, one JSON line.</summary>
public sealed record CaseFinding
{
    /// <summary>The case's name.</summary>
    public required string CaseId { get; init; }

    /// <summary>Why an add would refuse it, one entry a file; empty when it would not.</summary>
    public IReadOnlyList<Failure> Problems { get; init; } = [];

    /// <summary>The label values that occur, besides 0.</summary>
    public IReadOnlyList<int> Labels { get; init; } = [];

    /// <summary>What an add would warn of.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
