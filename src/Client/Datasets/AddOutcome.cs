using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Client.Datasets;

/// <summary>How an add ended.</summary>
/// <param name="Status">The dataset as it now is.</param>
/// <param name="WasThere">An earlier add of exactly these cases had ended, and its end was seen; nothing was added.</param>
public sealed record AddOutcome(DatasetStatus Status, bool WasThere);
