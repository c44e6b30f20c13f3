namespace Hermes.Grains.Owners;

/// <summary>How the catalog shows a record.</summary>
/// <param name="IsUnfinished">Whether work is under way that must be found again after a restart.</param>
/// <param name="Status">The status record that its client reads.</param>
internal sealed record Standing(bool IsUnfinished, object Status);
