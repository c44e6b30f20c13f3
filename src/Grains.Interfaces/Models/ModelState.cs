namespace Hermes.Grains.Interfaces.Models;

/// <summary>The state machine of a model.</summary>
[GenerateSerializer]
public enum ModelState
{
    /// <summary>No model has this name.</summary>
    Absent = 0,

    /// <summary>At least one version exists.</summary>
    Ready = 1,
}
