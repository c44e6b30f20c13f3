using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Client.Datasets;

/// <summary>How an add ended.</summary>
/// <param name="Status">The dataset as it now is.</param>
/// <param name="WasThere">The dataset was there before, with exactly these cases; nothing was added.</param>
public sealed record AddOutcome(DatasetStatus Status, bool WasThere);
